"""Claims that people's labels make: benchmarks/labelled_claims.py."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.labelled_claims import Text, is_named, read_questions, read_trials, turn

ANNOTATIONS = "PromptID,PMCID,Valid Label,Valid Reasoning,Label,Annotations\n"


@pytest.mark.parametrize(
    ("question", "statement", "negation"),
    [
        ("Does rest ease pain?", None, None),  # not a verb that it knows
        ("Does rest reduce pain?", "Rest reduces pain.", "Rest does not reduce pain."),
        ("Do statins have an effect?", "Statins have an effect.", "Statins do not have an effect."),
        ("Does age have an effect?", "Age has an effect.", "Age does not have an effect."),
        ("Can rest reduce pain?", "Rest can reduce pain.", "Rest can not reduce pain."),
        ("Is rest associated with pain?", "Rest is associated with pain.", "Rest is not associated with pain."),
        ("Pain at night: is rest a remedy?", "Rest is a remedy.", "Rest is not a remedy."),
        ("Is it better to rest?", None, None),
        ("Is there a link between rest and pain?", None, None),
        ("Rest and pain: which comes first?", None, None),
    ],
)
def test_a_question_becomes_a_statement_and_its_negation(
    question: str, statement: str | None, negation: str | None
) -> None:
    assert turn(question) == ((statement, negation) if statement else None)


def test_a_trial_becomes_claims_that_its_readers_make_true_or_false(tmp_path: Path) -> None:
    folder = tmp_path / "annotations"
    (folder / "abstracts").mkdir(parents=True)
    folder.joinpath("prompts_merged.csv").write_text(
        "PromptID,PMCID,Outcome,Intervention,Comparator\n"
        "1,7,Pain,Rest,walking\n"
        "2,7,Sleep,Rest,walking\n"
        "3,8,Pain,Rest,walking\n"
        "4,7,Appetite,Rest,walking\n",
        encoding="utf-8",
    )
    evidence = "Pain was lower in those who rested (P = 0.01)."
    folder.joinpath("v2_annotations.csv").write_text(
        ANNOTATIONS
        + f"1,7,True,True,significantly decreased,{evidence}\n"
        + f"2,7,True,True,significantly decreased,{evidence}\n"
        + f"2,7,True,True,no significant difference,{evidence}\n"  # its readers disagree
        + f"3,8,True,False,significantly decreased,{evidence}\n",  # another reader does not agree with the sentence
        encoding="utf-8",
    )
    text = (
        f"TITLE:\nRest\n\nABSTRACT.METHODS:\nWe asked 40 people.\n\nABSTRACT.RESULTS:\n{evidence}\n\nBODY:\nMore of it."
    )
    for number in (7, 8):
        (folder / f"abstracts/PMC{number}.abst").write_text(text, encoding="utf-8")
    (found,) = read_trials(tmp_path, Random(1))
    assert found.source == f"We asked 40 people. {evidence}"
    (true,), (false,) = found.true, found.false
    assert "est" in true and "ain" in true
    assert any(word in true for word in ("decrease", "lower", "reduces"))
    assert not any(word in false for word in ("decrease", "lower", "reduces"))
    untold = " ".join(found.untold).lower()  # asked of the trial, and not named by the text
    assert "appetite" in untold and "sleep" in untold and "pain" not in untold


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        ("Pain at night", True),
        ("Length of hospital stay", False),
        ("VAS", True),
        ("Drug-induced liver injury", True),
        ("C-reactive protein", False),
    ],
)
def test_a_text_names_an_outcome_in_its_words_or_by_an_abbreviation(outcome: str, named: bool) -> None:
    assert is_named(outcome, "Pain was lower (VAS), and DILI was rare.") == named


def test_only_yes_and_no_answer_a_question(tmp_path: Path) -> None:
    answers = {"q1": "yes", "q2": "no", "q3": "maybe"}
    lines = {
        "queries": [f'{{"_id": "{number}", "text": "Does rest reduce pain?"}}' for number in answers],
        "corpus": [f'{{"_id": "{number[1:]}", "text": "We asked 40 people. Some rested."}}' for number in answers],
        "answers": [
            f'{{"_id": "{number}", "final_decision": "{answer}", "long_answer": "So it is."}}'
            for number, answer in answers.items()
        ],
    }
    for name, rows in lines.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    yes, no = read_questions(tmp_path)
    assert yes.source == "We asked 40 people. Some rested. So it is."
    assert yes.true == no.false == ("Rest reduces pain.",)
    assert yes.false == no.true == ("Rest does not reduce pain.",)


def test_the_sentences_that_lead_to_a_question_do_not_tell_its_answer(tmp_path: Path) -> None:
    text = "Pain is common. Rest is cheap. We asked 40 people. Some rested. Some walked. All were asked again."
    lines = {
        "queries": '{"_id": "q1", "text": "Does rest reduce pain?"}',
        "corpus": f'{{"_id": "1", "text": "{text}"}}',
        "answers": '{"_id": "q1", "final_decision": "no", "long_answer": "So it is."}',
    }
    for name, row in lines.items():
        (tmp_path / f"{name}.jsonl").write_text(row, encoding="utf-8")
    told, leading = read_questions(tmp_path)
    assert told.source == "Some walked. All were asked again. So it is."
    assert leading == Text("Pain is common. Rest is cheap. We asked 40 people.", (), (), ("Rest reduces pain.",))
