// What every page needs: htmx, and of Tabler the parts that move (menus, dialogs, collapsing navigation).
import htmx from "htmx.org";
import * as tabler from "@tabler/core";

htmx.config.allowEval = false;          // the content policy forbids eval; say so before anything tries
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;       // pages hold personal data: never in the browser's storage
window.htmx = htmx;
window.tabler = tabler;
