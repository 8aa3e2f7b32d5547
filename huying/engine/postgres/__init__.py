"""Django's PostgreSQL backend, for connections that web workers keep."""
