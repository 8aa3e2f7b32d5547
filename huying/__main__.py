"""`python -m huying COMMAND`: the same as the installed command `huying`."""

from huying.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
