"""Who a row is: nothing ambiguous is ever proposed."""

from helper.model.lookup import Candidate, Decision, weigh, without_doubles
from helper.model.text import grams, name_key

T = 1_795_000_000_000


def test_names_are_compared_without_what_the_eye_skips() -> None:
    assert name_key("佐藤　花子") == name_key("佐藤 花子") == name_key("佐藤花子")
    assert name_key("ﾊﾅｺ") == name_key("ハナコ")
    assert name_key("けんた⚾️") == name_key("けんた⚾")
    assert name_key("Yuki") == name_key("ｙｕｋｉ")
    assert name_key(None) == name_key("  ") == ""


def test_grams_are_characters_and_neighbours() -> None:
    assert grams("花子花") == ["花", "子", "花子", "子花"]


def test_name_and_minute_propose() -> None:
    same = [Candidate("a", T, False), Candidate("b", T - 600_000, False)]
    assert weigh(T + 59_000, same).user_id == "a"
    assert weigh(T + 59_000, same).match == "proposed"


def test_two_of_a_name_without_a_time_are_ambiguous() -> None:
    assert weigh(None, [Candidate("a", T, False), Candidate("b", T, False)]).match == "ambiguous"


def test_a_single_name_is_proposed_unless_its_time_speaks_against_it() -> None:
    assert weigh(None, [Candidate("a", T, False)]).match == "proposed"
    assert weigh(T, [Candidate("a", None, False)]).match == "proposed"
    assert weigh(T - 86_400_000, [Candidate("a", T, False)]).match == "ambiguous"


def test_who_is_linked_already_is_no_candidate() -> None:
    assert weigh(T, [Candidate("a", T, True)]).match == "none"


def test_two_rows_for_one_friend_are_both_ambiguous() -> None:
    rows = [
        Decision("proposed", "a", ("a",)),
        Decision("proposed", "a", ("a",)),
        Decision("proposed", "b", ("b",)),
    ]
    assert [decision.match for decision in without_doubles(rows)] == ["ambiguous", "ambiguous", "proposed"]
