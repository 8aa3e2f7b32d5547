"""What the tests of limits, clocks and their words share: calendars, moments, limits."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from huying.engine.deadlines import Limit
from huying.engine.workdays import load_calendar

CHINA = load_calendar(Path(__file__).parents[2] / "packs/base/calendars/china.yaml")
DAYTIME = replace(CHINA, urgent_hours=((time(7), time(22)),))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE_TO_FIVE = replace(CHINA, hours=((time(9), time(17)),), holidays=frozenset(), makeup=frozenset())

calendars = st.sampled_from([CHINA, DAYTIME])
moments = st.datetimes(datetime(2018, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=SHANGHAI))
limits = st.builds(
    Limit,
    st.integers(1, 60),
    st.sampled_from(["urgent_hour", "work_hour", "workday", "natural_day"]),
    st.sampled_from(["act", "next_day"]),
)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
