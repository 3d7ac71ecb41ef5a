"""The people of contoso.com whose mailboxes move in the demo. All but the three of the guide's example are plainly invented."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "contoso.com"


@dataclass(frozen=True, slots=True)
class Person:
    local_part: str
    name: str
    language: str  # "en" or "nl": of the person's folders and mail
    messages: int  # about how many the mailbox holds

    @property
    def address(self) -> str:
        return f"{self.local_part}@{DOMAIN}"


PEOPLE = (
    Person("pilarp", "Pilar P.", "en", 620),
    Person("tobyn", "Toby N.", "en", 340),
    Person("briant", "Brian T.", "en", 260),
    Person("anna.voorbeeld", "Anna Voorbeeld", "nl", 420),
    Person("bram.briefpapier", "Bram Briefpapier", "nl", 180),
    Person("dora.draft", "Dora Draft", "en", 150),
    Person("ella.example", "Ella Example", "en", 210),
    Person("eva.envelop", "Eva Envelop", "nl", 140),
    Person("felix.folder", "Felix Folder", "en", 230),
    Person("hugo.header", "Hugo Header", "en", 120),
    Person("ivy.inbox", "Ivy Inbox", "en", 160),
    Person("jurgen.journal", "Jürgen Journal", "en", 110),
    Person("kees.kantoor", "Kees Kantoor", "nl", 190),
    Person("lotte.archiefkast", "Lotte Archiefkast", "nl", 240),
    Person("max.mailbox", "Max Mailbox", "en", 130),
    Person("mia.memo", "Mia Memo", "nl", 90),
    Person("nora.nietjes", "Nora Nietjes", "nl", 100),
    Person("olga.onderwerp", "Olga Onderwerp", "nl", 150),
    Person("piet.postbus", "Piet Postbus", "nl", 170),
    Person("renee.retour", "Renée Retour", "nl", 80),
    Person("rosa.reply", "Rosa Reply", "en", 110),
    Person("sam.sample", "Sam Sample", "en", 140),
    Person("tess.template", "Tess Template", "en", 70),
    Person("zoe.zegel", "Zoë Zegel", "nl", 60),
    Person("new.starter", "New Starter", "en", 0),
)
