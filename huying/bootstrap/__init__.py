"""Sets up all that Huying needs, from the system's own Python and nothing else: `python3 -m huying.bootstrap run`.

Standard library only, since it runs before anything is installed.
"""
