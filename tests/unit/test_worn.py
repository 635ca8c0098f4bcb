"""Names that lost letters: what fits them, and that plain letters never vanish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helper.model.text import name_key
from helper.model.worn import bones, worn
from tests.exporting import WEARS


def fits(in_file: str, friend: str, may_vanish: bool = True) -> bool:
    key = name_key(in_file)
    return any(way.fits(key, may_vanish=may_vanish) and way.bones == bones(key) for way in worn(friend))


@pytest.mark.parametrize(
    ("in_file", "friend"),
    [
        ("ゆい?", "ゆい🌸"),
        ("ゆい??", "ゆい🌸"),
        ("ゆい？", "ゆい🌸"),
        ("ゆい〓", "ゆい🌸"),
        ("ゆい", "ゆい🌸"),
        ("ゆい????", "ゆい🌸🎀"),
        ("? ゆい ?", "🌸 ゆい 🎀"),
        ("?ゆい?", "🌸ゆい?"),
        ("だれ??", "だれ?🌸"),
        ("だれ?", "だれ?🌸"),
        ("けんた?", "けんた⚾️"),
        ("けんた??", "けんた⚾️"),
        ("???", "👩‍👧"),
        ("????", "𝓎𝓊𝒾🌸"),
        ("山?", "山𠮷"),
        ("～ゆい～", "〜ゆい〜"),
        ("~ゆい?", "〜ゆい🌸"),
    ],
)
def test_what_is_left_of_a_name_fits_it(in_file: str, friend: str) -> None:
    assert fits(in_file, friend)


@pytest.mark.parametrize(
    ("in_file", "friend"),
    [
        ("ゆ?", "ゆい🌸"),
        ("ゆい?こ", "ゆい🌸"),
        ("ゆい?", "ゆいこ🌸"),
        ("?ゆい", "ゆい🌸"),
        ("ゆい?????", "ゆい🌸"),
        ("だれ", "だれ?🌸"),
        ("まい?", "ゆい🌸"),
        ("ゆい?", "ゆいA"),
        ("ゆい?", "ゆい"),
    ],
)
def test_letters_that_shift_jis_has_do_not_vanish(in_file: str, friend: str) -> None:
    assert not fits(in_file, friend)


def test_where_letters_leave_marks_a_name_without_marks_has_lost_none() -> None:
    assert not fits("ゆい", "ゆい🌸", may_vanish=False)
    assert fits("ゆい?", "ゆい🌸", may_vanish=False)
    # What nobody sees may always go.
    assert fits("けんた", "けんた\ufe0f", may_vanish=False)


def test_a_name_that_loses_nothing_is_not_looked_for() -> None:
    assert worn("髙橋 ①子?") == ()


names = st.text(st.sampled_from("ゆいま花ABｱ 　?〓〜☆🌸🎀⚾❤𠮷👩\u200d\ufe0f"), min_size=1, max_size=8)


@given(names, st.sampled_from(sorted(WEARS)))
def test_every_way_to_lose_letters_leaves_a_name_that_fits(name: str, how: str) -> None:
    left = WEARS[how](name).encode("cp932").decode("cp932")
    assert name_key(left) == name_key(name) or fits(left, name)


@given(names, names, st.sampled_from(sorted(WEARS)))
def test_two_names_are_only_mixed_up_where_their_plain_letters_agree(one: str, other: str, how: str) -> None:
    left = WEARS[how](one).encode("cp932").decode("cp932")
    if fits(left, other):
        assert plain(one) == plain(other)


def plain(name: str) -> str:
    """The letters that nothing can take away; 〜 is lost in some files, and ～ in others."""
    return "".join(letter for letter in name_key(WEARS["gone"](name)) if letter not in "?〓〜~")
