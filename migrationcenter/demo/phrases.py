"""Office prose in English and Dutch, from which the demo's mail is put together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    subjects: tuple[str, ...]
    greetings: tuple[str, ...]
    sentences: tuple[str, ...]
    closings: tuple[str, ...]
    wrote: str  # the line above a quoted message
    reply_prefix: str
    topics: tuple[str, ...]
    attachments: tuple[str, ...]


ENGLISH = Phrases(
    subjects=(
        "Minutes of the meeting about {topic}",
        "Question about {topic}",
        "{topic}: new planning",
        "Quote {number} for {topic}",
        "Invoice {number}",
        "Reminder: {topic} on Thursday",
        "{topic} – final version",
        "Out of office until the {day}th",
        "Can you have a look at {topic}?",
        "Délai / deadline for {topic}",
        "Re-planning {topic} ✓",
    ),
    greetings=("Hi {name},", "Dear {name},", "Good morning {name},", "Hello all,"),
    sentences=(
        "The figures for {topic} are in and look better than we expected.",
        "Could you check the numbers before I send them to the customer?",
        "We agreed to keep the budget at € {number} for this quarter.",
        "The room on the second floor is booked from ten to eleven.",
        "Please let me know by the {day}th if that does not suit you.",
        "I have put the latest version in the usual folder.",
        "The supplier promised delivery in week {day}.",
        "There is one open point left: who signs off on {topic}?",
        "As far as I am concerned we can go ahead.",
        "Thanks for your patience while we sorted this out.",
        "The old contract runs out at the end of the year, so there is no hurry.",
        "I will call you tomorrow to go through the details.",
        "Two colleagues have asked for the same thing, so it may be worth a short note to everybody.",
        "The printer on our floor is out of order again; please use the one near the stairs.",
    ),
    closings=("Kind regards,", "Best wishes,", "Thanks,", "Cheers,"),
    wrote="On {date}, {name} wrote:",
    reply_prefix="Re: ",
    topics=(
        "the paper clip order",
        "project Lighthouse",
        "the new intranet",
        "the summer party",
        "order {number}",
        "R&D",
    ),
    attachments=("minutes.pdf", "planning.xlsx", "photo of the whiteboard.jpg", "contract (signed).pdf", "notes.txt"),
)

DUTCH = Phrases(
    subjects=(
        "Notulen overleg {topic}",
        "Vraag over {topic}",
        "{topic}: nieuwe planning",
        "Offerte {number} voor {topic}",
        "Factuur {number}",
        "Herinnering: {topic} op donderdag",
        "{topic} – definitieve versie",
        "Afwezig tot en met de {day}e",
        "Wil jij even naar {topic} kijken?",
        "Geüpdatete cijfers {topic}",
        "Coördinatie {topic} ✓",
    ),
    greetings=("Hoi {name},", "Beste {name},", "Goedemorgen {name},", "Dag allemaal,"),
    sentences=(
        "De cijfers van {topic} zijn binnen en vallen mee.",
        "Kun jij de getallen nalopen voordat ik ze naar de klant stuur?",
        "We hebben afgesproken dat het budget dit kwartaal € {number} blijft.",
        "De kamer op de tweede verdieping is gereserveerd van tien tot elf.",
        "Laat het me vóór de {day}e weten als dat niet uitkomt.",
        "De laatste versie staat in de gebruikelijke map.",
        "De leverancier heeft levering in week {day} toegezegd.",
        "Er is nog één open punt: wie tekent er voor {topic}?",
        "Wat mij betreft kunnen we verder.",
        "Bedankt voor je geduld terwijl we dit uitzochten.",
        "Het oude contract loopt pas eind van het jaar af, dus er is geen haast bij.",
        "Ik bel je morgen om de details door te nemen.",
        "Twee collega's vroegen hetzelfde; misschien is een kort bericht aan iedereen handig.",
        "De printer op onze verdieping is weer kapot; gebruik zolang die bij de trap.",
    ),
    closings=("Met vriendelijke groet,", "Groeten,", "Alvast bedankt,", "Hartelijke groet,"),
    wrote="Op {date} schreef {name}:",
    reply_prefix="Antw: ",
    topics=(
        "de paperclipbestelling",
        "project Vuurtoren",
        "het nieuwe intranet",
        "het zomerfeest",
        "order {number}",
        "R&D",
    ),
    attachments=(
        "notulen.pdf",
        "planning.xlsx",
        "foto van het bord.jpg",
        "contract (getekend).pdf",
        "aantekeningen.txt",
    ),
)

PHRASES = {"en": ENGLISH, "nl": DUTCH}
