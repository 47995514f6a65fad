"""The words of the page of a consensus meeting where they differ from those of a review page."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "review": ("Consensus meeting", "Consensusoverleg"),
    "meeting": ("Consensus", "Consensus"),
    "order_doubt": ("Hardest first", "Moeilijkste eerst"),
    "any_pair": ("Anybody", "Iedereen"),
    "between": ("Between", "Tussen"),
    "pair": ("{one} and {other}", "{one} en {other}"),
    "model_name": ("model", "model"),
    "show_people": ("People differ", "Mensen oneens"),
    "show_model": ("Only the model differs", "Alleen het model oneens"),
    "number_in": ("{name}, passage {n}", "{name}, passage {n}"),
    "undecided": ("Open", "Open"),
    "show_undecided": ("Open", "Nog open"),
    "show_decided": ("Settled", "Besloten"),
    "decided": ("Settled", "Besloten"),
    "decided_of": ("{done} of {all} settled", "{done} van {all} besloten"),
    "beside": ("{n} where only the model differs", "{n} waar alleen het model afwijkt"),
    "next_open": ("Next open", "Volgende open"),
    "nothing_yet": ("Nothing settled yet", "Nog niets besloten"),
    "in_dispute": ("Coders differ on", "Codeurs verschillen over"),
    "all_gave": ("All gave", "Allen gaven"),
    "also_added": ("Added here", "Hier toegevoegd"),
    "applies": ("Applies", "Wel"),
    "not_applies": ("Does not", "Niet"),
    "gave": ("{name} gave it", "{name} gaf deze code"),
    "gave_not": ("{name} did not", "{name} niet"),
    "notes_of": ("Notes of coders", "Notities van codeurs"),
    "ask_model": ("Show what the model said", "Toon wat het model zei"),
    "ask_model_why": (
        "Decide without it if you can: a decision made with the model in view does not count as "
        "blind.",
        "Beslis liefst zonder: een beslissing met het model in beeld telt niet als blind.",
    ),
    "model_said": ("The model", "Het model"),
    "model_nothing": ("No code", "Geen code"),
    "only_model": (
        "People agree here; the model differs.",
        "Mensen zijn het hier eens; het model wijkt af.",
    ),
    "model_and_one": ("The model differs from {name}.", "Het model wijkt af van {name}."),
    "say_open_codes": ("Codes still open: {n}.", "Codes nog open: {n}."),
    "none_to_review": (
        "There is no passage on which coders differ.",
        "Er is geen passage waarover codeurs verschillen.",
    ),
    "nothing_fits": (
        "No passage matches these filters.",
        "Geen passage voldoet aan deze filters.",
    ),
    "say_all_done": ("Every passage has been settled.", "Over alle passages is besloten."),
    "say_done_here": (
        "All that these filters look at has been settled. Still open elsewhere: {n}.",
        "Over alles wat deze filters tonen, is besloten. Elders nog open: {n}.",
    ),
    "say_cannot_reopen": (
        "This passage was settled in an earlier meeting. Choose other codes, or no code.",
        "Over deze passage is eerder besloten. Kies andere codes of geen code.",
    ),
    "say_reopened": ("Open again.", "Weer open."),
    "who_title": ("Who is at this meeting?", "Wie zijn bij dit overleg?"),
    "who_why": (
        "These names are kept in the log beside the decisions.",
        "Deze namen komen in het logboek naast de beslissingen.",
    ),
    "who_label": ("Names, with commas between them", "Namen, met komma's ertussen"),
    "who_missing": ("Enter at least one name.", "Vul minstens één naam in."),
    "who_change": ("At the meeting: {name}. Change", "Bij het overleg: {name}. Wijzigen"),
    "intro_assisted": (
        "Coders differ on these passages. Read each together and settle every code on which they "
        "differ: it applies, or it does not. All that is not in dispute stays as it is.",
        "Over deze passages verschillen codeurs. Lees ze samen en besluit over elke code waarover "
        "zij verschillen: wel of niet. Wat niet in geschil is, blijft zoals het is.",
    ),
    "key_open": ("Next open passage", "Volgende passage die nog open is"),
    "key_reject": ("No code applies", "Geen code van toepassing"),
    "key_number": (
        "The code with that number applies; again: it does not",
        "De code met dat nummer geldt; nog eens: geldt niet",
    ),
    "key_reopen": ("Open again", "Weer openen"),
    "key_model": ("Show what the model said", "Tonen wat het model zei"),
}

_WORDS = Phrases(_TABLE)


def meeting_words(language: str) -> Mapping[str, str]:
    """Return the words of the meeting in a language of `UI_LANGUAGES`."""
    return _WORDS.of(language)
