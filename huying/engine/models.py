"""Who signs in. Everything else has tables of its own (sql/tables.sql): records are no ORM's business."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager):
    """Persons are made by the administrator or the district's files, never by signing up."""

    def get_by_natural_key(self, username: str) -> "Person":
        return self.get(login=username)


class Person(AbstractBaseUser):
    """A natural person who holds posts for a time; duty stays with the post (`post`, `holding`)."""

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, blank=True)
    district = models.IntegerField()
    active = models.BooleanField(default=True)
    must_change = models.BooleanField(default=False)  # the password was given, not chosen
    made_at = models.DateTimeField()

    objects = PersonManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: list[str] = []

    @property
    def is_active(self) -> bool:
        return self.active

    def __str__(self) -> str:
        return self.name
