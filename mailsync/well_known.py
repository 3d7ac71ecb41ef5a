"""The folders that every mailbox has, whatever their language: by special use (RFC 6154), else by their usual names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from mailsync.folders import same_name
from mailsync.model import INBOX, Folder, Path

ROOT = "root"  # not a folder: all of them
INBOX_NAME = "inbox"

# Exchange's names for them, in lower case.
_USES: Mapping[str, str] = {
    "sentitems": "\\Sent",
    "deleteditems": "\\Trash",
    "drafts": "\\Drafts",
    "junkemail": "\\Junk",
    "archive": "\\Archive",
    "allitems": "\\All",
}
# What servers and mail programs call them, English first, where no special use tells.
_USUAL: Mapping[str, str] = {
    "sentitems": "Sent Items|Sent|Sent Messages|Sent Mail|Verzonden items|Verzonden|Gesendete Elemente|Gesendet|"
    "Gesendete Objekte|Éléments envoyés|Envoyés|Messages envoyés|Elementos enviados|Enviados|Posta inviata|Inviata|"
    "Itens Enviados|Skickat|Sendte elementer|Sendt post",
    "deleteditems": "Deleted Items|Trash|Deleted Messages|Bin|Verwijderde items|Prullenbak|Gelöschte Elemente|Gelöscht|"
    "Papierkorb|Éléments supprimés|Corbeille|Elementos eliminados|Papelera|Posta eliminata|Cestino|Itens Excluídos|"
    "Itens Eliminados|Lixeira|Borttaget|Borttagna objekt|Slettet post|Slettede elementer",
    "drafts": "Drafts|Concepten|Entwürfe|Brouillons|Borradores|Bozze|Rascunhos|Utkast|Kladder",
    "junkemail": "Junk E-mail|Junk Email|Junk|Spam|Bulk Mail|Ongewenste e-mail|Ongewenste mail|Junk-E-Mail|"
    "Courrier indésirable|Indésirables|Correo no deseado|Posta indesiderata|Lixo Eletrônico|Lixo Eletrónico|Skräppost|"
    "Uønsket e-mail|Uønsket mail|Søppelpost",
    "archive": "Archive|Archives|Archief|Archiv|Archivo|Archivio|Arquivo|Arkiv",
    "allitems": "All Mail|Alle e-mail|Alle Nachrichten|Tous les messages|Todos|Tutti i messaggi",
    "outbox": "Outbox|Postvak UIT|Postausgang|Boîte d'envoi|Bandeja de salida|Posta in uscita|Caixa de Saída|Utkorgen|"
    "Udbakke|Utboks",
    "calendar": "Calendar|Agenda|Kalender|Calendrier|Calendario|Calendário",
    "contacts": "Contacts|Contactpersonen|Kontakte|Contactos|Contatti|Contatos|Kontakter|Kontaktpersoner",
    "journal": "Journal|Logboek|Diario|Diário|Dagbok",
    "tasks": "Tasks|Taken|Aufgaben|Tâches|Tareas|Attività|Tarefas|Uppgifter|Opgaver|Oppgaver",
    "notes": "Notes|Notities|Notizen|Notas|Note|Anteckningar|Noter|Notater",
}
NAMES = frozenset({ROOT, INBOX_NAME, *_USUAL})


def find_well_known(name: str, listing: Iterable[Folder]) -> set[Path]:
    """The folders that ``name`` (one of ``NAMES``) means in this mailbox; usual names count at the top level only.

    Where the server tells which folder has that use, no name counts.
    """
    if name == ROOT:
        return {()}
    if name == INBOX_NAME:
        return {INBOX}
    folders = list(listing)
    by_use = {folder.path for folder in folders if folder.special_use and folder.special_use == _USES.get(name)}
    return by_use or {folder.path for folder in folders if same_name(folder.path) in _usual(name)}


@cache
def _usual(name: str) -> set[Path]:
    return {same_name((usual,)) for usual in _USUAL[name].split("|")}
