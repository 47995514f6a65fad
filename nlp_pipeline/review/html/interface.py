"""The words of the review page, in every language that it can be used in.

``{n}`` and the like stand for what the page fills in.
"""

from collections.abc import Mapping
from functools import cache

from nlp_pipeline.review.words import words
from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "review": ("Review", "Beoordelen"),
    "skip_to": ("Skip to the passages", "Ga naar de passages"),
    "no_script": (
        "This page needs JavaScript, which is off in this browser. Turn it on for this file, or "
        "open the file in another browser. Nothing is sent anywhere.",
        "Deze pagina heeft JavaScript nodig en dat staat uit in deze browser. Zet het aan voor dit "
        "bestand of open het bestand in een andere browser. Er wordt niets verstuurd.",
    ),
    "all_transcripts_n": ("All transcripts ({n})", "Alle transcripten ({n})"),
    "choose_transcript": ("Choose a transcript", "Kies een transcript"),
    "decided_of": ("{done} of {all} decided", "{done} van {all} beoordeeld"),
    "progress": ("Progress", "Voortgang"),
    "filters": ("Filters and order", "Filters en volgorde"),
    "show": ("Show", "Toon"),
    "show_all": ("All passages", "Alle passages"),
    "show_undecided": ("Undecided", "Nog te beoordelen"),
    "show_decided": ("Decided", "Beoordeeld"),
    "show_suggested": ("With a suggestion", "Met een suggestie"),
    "show_noted": ("With a note", "Met een notitie"),
    "order": ("Order", "Volgorde"),
    "order_text": ("As spoken", "Zoals gesproken"),
    "order_doubt": ("Uncertain first", "Onzekere eerst"),
    "any_code": ("Any code", "Elke code"),
    "any_speaker": ("Any speaker", "Elke spreker"),
    "no_speaker": ("No name", "Zonder naam"),
    "point": (".", ","),
    "in_view": ("{n} in view", "{n} in beeld"),
    "nothing_fits": (
        "No passage matches these filters.",
        "Geen passage voldoet aan deze filters.",
    ),
    "clear_filters": ("Clear filters", "Filters wissen"),
    "save": ("Save decisions", "Beslissingen bewaren"),
    "saved_all": ("All saved to a file", "Alles staat in een bestand"),
    "unsaved": ("Not yet saved to a file", "Nog niet in een bestand"),
    "nothing_yet": ("Nothing to save yet", "Nog niets te bewaren"),
    "saved_note": (
        "Decisions saved in {file}: {n}. Send that file back, and keep this page until it has been "
        "imported.",
        "Beslissingen bewaard in {file}: {n}. Stuur dat bestand terug en houd deze pagina tot het "
        "is geïmporteerd.",
    ),
    "saved_open_notes": (
        "Notes on passages that you have not decided on: {n}. They are not imported until you do.",
        "Notities bij passages die u nog niet hebt beoordeeld: {n}. Ze worden pas geïmporteerd als "
        "u dat doet.",
    ),
    "kept_here": (
        "Your work is kept in this browser as you go.",
        "Uw werk wordt onderweg in deze browser bewaard.",
    ),
    "not_kept": (
        "This browser does not let the page keep your work. Save your decisions to a file often: "
        "what is not in a file is lost when this window closes.",
        "Deze browser laat de pagina uw werk niet bewaren. Bewaar uw beslissingen vaak in een "
        "bestand: wat daar niet in staat, is weg als dit venster sluit.",
    ),
    "unreadable": (
        "Earlier work on this page was found in this browser but cannot be read. It was put aside "
        "and not removed.",
        "Eerder werk aan deze pagina is in deze browser gevonden maar niet leesbaar. Het is apart "
        "gezet en niet verwijderd.",
    ),
    "other_window": (
        "This transcript was changed in another window. Its work was taken over here.",
        "Dit transcript is in een ander venster gewijzigd. Dat werk is hier overgenomen.",
    ),
    "welcome_back": ("Your earlier work is back.", "Uw eerdere werk staat er weer."),
    "help_short": ("Help", "Hulp"),
    "help": ("Help and keys", "Hulp en toetsen"),
    "close": ("Close", "Sluiten"),
    "cancel": ("Cancel", "Annuleren"),
    "start": ("Start", "Beginnen"),
    "who_title": ("Who is reviewing?", "Wie beoordeelt?"),
    "who_why": (
        "Your name goes with your decisions, so that they can be told from those of others.",
        "Uw naam gaat mee met uw beslissingen, zodat ze van die van anderen te onderscheiden zijn.",
    ),
    "who_label": ("Name or initials", "Naam of initialen"),
    "who_missing": ("Enter a name first.", "Vul eerst een naam in."),
    "who_change": ("Reviewer: {name}. Change", "Beoordelaar: {name}. Wijzigen"),
    "intro_assisted": (
        "Read each passage and decide which codes apply. The model only suggests: accept what is "
        "right, leave out what is not, add what it missed.",
        "Lees elke passage en bepaal welke codes van toepassing zijn. Het model doet alleen "
        "suggesties: neem over wat klopt, laat weg wat niet klopt, voeg toe wat ontbreekt.",
    ),
    "intro_blind": (
        "Read each passage and decide which codes apply. No suggestions are shown, and there are "
        "none in this file.",
        "Lees elke passage en bepaal welke codes van toepassing zijn. Er worden geen suggesties "
        "getoond en ze staan ook niet in dit bestand.",
    ),
    "intro_keys": (
        "Press ? for all keys.",
        "Druk op ? voor alle toetsen.",
    ),
    "blind": ("Blind", "Blind"),
    "passage_n": ("Passage {n} of {all}", "Passage {n} van {all}"),
    "undecided": ("Undecided", "Nog te beoordelen"),
    "decided": ("Decided", "Beoordeeld"),
    "no_code": ("No code", "Geen code"),
    "suggested": ("suggested", "voorgesteld"),
    "suggestions": ("Suggested", "Voorgesteld"),
    "kept": ("kept", "gekozen"),
    "not_kept_code": ("not kept", "niet gekozen"),
    "nothing_suggested": ("Nothing suggested", "Niets voorgesteld"),
    "not_read": ("Not read by the model", "Niet door het model gelezen"),
    "has_note": ("Has a note", "Met notitie"),
    "earlier": ("Decided earlier", "Eerder beoordeeld"),
    "earlier_not": ("not {code}", "niet {code}"),
    "codes": ("Codes", "Codes"),
    "add_code": ("Add a code", "Code toevoegen"),
    "add_hint": ("Type a part of its name", "Typ een deel van de naam"),
    "no_such_code": ("No code has this in its name.", "Geen code heeft dit in de naam."),
    "note": ("Note", "Notitie"),
    "note_hint": ("Why, or what is unclear", "Waarom, of wat onduidelijk is"),
    "accept": ("Accept", "Overnemen"),
    "reject": ("No code", "Geen code"),
    "split": ("Split", "Splitsen"),
    "extend": ("Extend", "Verlengen"),
    "merge": ("Join next", "Met volgende"),
    "undo": ("Undo", "Ongedaan"),
    "redo": ("Redo", "Opnieuw"),
    "reopen": ("Reopen", "Heropenen"),
    "next_doubt": ("Next uncertain", "Volgende onzekere"),
    "next_open": ("Next undecided", "Volgende open"),
    "question": ("Question", "Vraag"),
    "include_rule": ("Include", "Wel"),
    "exclude_rule": ("Exclude", "Niet"),
    "example_rule": ("Examples", "Voorbeelden"),
    "actions": ("Actions", "Handelingen"),
    "none_to_review": (
        "There are no passages in this file.",
        "Er zijn geen passages in dit bestand.",
    ),
    "say_accepted": ("Accepted: {codes}.", "Overgenomen: {codes}."),
    "say_no_code": ("No code.", "Geen code."),
    "say_codes": ("Codes: {codes}.", "Codes: {codes}."),
    "say_reopened": ("Undecided again.", "Weer nog te beoordelen."),
    "say_cannot_reopen": (
        "This passage was decided in an earlier round. Choose other codes, or no code.",
        "Deze passage is in een eerdere ronde beoordeeld. Kies andere codes of geen code.",
    ),
    "say_undone": ("Undone.", "Ongedaan gemaakt."),
    "say_redone": ("Done again.", "Opnieuw gedaan."),
    "say_nothing_to_undo": ("Nothing to undo.", "Niets om ongedaan te maken."),
    "say_nothing_to_accept": (
        "Nothing is suggested here. Choose codes, or press R for no code.",
        "Hier is niets voorgesteld. Kies codes of druk op R voor geen code.",
    ),
    "say_all_done": ("Every passage has been decided.", "Alle passages zijn beoordeeld."),
    "say_transcript_done": (
        "This transcript is done. On to {name}.",
        "Dit transcript is klaar. Door naar {name}.",
    ),
    "say_one_word": ("One word cannot be split.", "Eén woord kan niet worden gesplitst."),
    "say_split": (
        "Split in two. Decide on each part.",
        "In tweeën gesplitst. Beoordeel elk deel.",
    ),
    "say_extended": ("The passage has new ends.", "De passage heeft nieuwe grenzen."),
    "say_merged": ("Joined with the next passage.", "Samengevoegd met de volgende passage."),
    "say_no_next": (
        "There is no next passage in this turn.",
        "Er is geen volgende passage in deze beurt.",
    ),
    "say_edge": (
        "That is as far as it goes in this turn.",
        "Verder kan niet in deze beurt.",
    ),
    "say_cancelled": ("Cancelled.", "Geannuleerd."),
    "split_help": (
        "Split: arrow keys move the cut by a word or a sentence. Enter splits, Esc cancels.",
        "Splitsen: pijltjes verplaatsen de snede per woord of zin. Enter splitst, Esc annuleert.",
    ),
    "extend_help": (
        "Extend: arrow keys move the {edge} by a word or a sentence, Tab changes ends. Enter "
        "keeps, Esc cancels.",
        "Verlengen: pijltjes verplaatsen {edge} per woord of zin, Tab wisselt van kant. Enter "
        "bevestigt, Esc annuleert.",
    ),
    "edge_start": ("start", "het begin"),
    "edge_end": ("end", "het eind"),
    "before_words": ("Before: {words}", "Voor: {words}"),
    "from_to": ("From {first} to {last}", "Van {first} tot {last}"),
    "confirm": ("Keep", "Bevestigen"),
    "move_back": ("One word back", "Eén woord terug"),
    "move_on": ("One word on", "Eén woord verder"),
    "keys_moving": ("Moving", "Bewegen"),
    "keys_deciding": ("Deciding", "Beoordelen"),
    "keys_passage": ("The passage itself", "De passage zelf"),
    "keys_page": ("The page", "De pagina"),
    "key_next": ("Next passage", "Volgende passage"),
    "key_previous": ("Previous passage", "Vorige passage"),
    "key_open": ("Next undecided passage", "Volgende passage die nog open is"),
    "key_doubt": ("Next uncertain passage", "Volgende onzekere passage"),
    "key_transcripts": ("Next or previous transcript", "Volgend of vorig transcript"),
    "key_list": ("List of transcripts", "Lijst van transcripten"),
    "key_accept": ("Accept the suggestions", "Suggesties overnemen"),
    "key_reject": (
        "Reject them all: no code applies",
        "Alles afwijzen: geen code van toepassing",
    ),
    "key_number": (
        "Choose or drop the code with that number",
        "De code met dat nummer kiezen of weglaten",
    ),
    "key_code": ("Find and add a code", "Code zoeken en toevoegen"),
    "key_note": ("Write a note", "Notitie schrijven"),
    "key_reopen": ("Back to undecided", "Terug naar nog te beoordelen"),
    "key_undo": ("Undo, redo", "Ongedaan maken, opnieuw"),
    "key_split": ("Split the passage", "Passage splitsen"),
    "key_extend": ("Extend or shorten the passage", "Passage verlengen of inkorten"),
    "key_merge": ("Join with the next passage", "Samenvoegen met de volgende passage"),
    "key_filter": ("Go to the filters", "Naar de filters"),
    "key_panel": ("Go to the codes", "Naar de codes"),
    "key_back": ("Back to the passage", "Terug naar de passage"),
    "key_save": ("Save decisions to a file", "Beslissingen in een bestand bewaren"),
    "key_help": ("This list", "Deze lijst"),
    "single_keys": ("Use single keys as commands", "Losse toetsen als opdracht gebruiken"),
    "single_keys_why": (
        "Turn this off if you speak your commands or use a reader that sends letters to the page. "
        "Every command is also a button.",
        "Zet dit uit als u opdrachten inspreekt of een voorleesprogramma gebruikt dat letters naar "
        "de pagina stuurt. Elke opdracht is ook een knop.",
    ),
}

_WORDS = Phrases(_TABLE)


@cache
def interface_words(language: str) -> Mapping[str, str]:
    """Return the words of the review page and those of all review files, in one language.

    Raises:
        PipelineError: There is no such language.
    """
    return {**words(language), **_WORDS.of(language)}
