"""The house's form pack: labels, hints, errors and their ties, and the summary that leads to them."""

import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms


class EveryKind(forms.Form):
    name = forms.CharField(label="Name", help_text="As on paper.")
    nick = forms.CharField(label="Nick", required=False)
    colour = forms.ChoiceField(
        label="Colour", choices=[("r", "Red"), ("g", "Green")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="Agree", help_text="To all.")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(form: forms.Form, helper: FormHelper | None = None) -> Element:
    html = render_crispy_form(form, helper or FormHelper(), {"csrf_token": "t"})
    tree: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return tree


def by_id(tree: Element, id_: str) -> Element:
    found = tree.find(f".//*[@id='{id_}']")
    assert found is not None
    return found


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_each_label_leads_to_its_input_and_says_what_is_optional() -> None:
    tree = drawn(EveryKind())
    labels = {label.get("for"): text_of(label) for label in tree.iter("label")}
    assert labels == {
        "id_name": "Name",
        "id_nick": "Nick (optional)",
        "id_colour_0": "Red",
        "id_colour_1": "Green",
        "id_agree": "Agree",
    }
    assert [text_of(legend) for legend in tree.iter("legend")] == ["Colour"]


def test_hint_and_error_are_tied_to_every_kind_of_input() -> None:
    tree = drawn(EveryKind({}))
    ties = {
        id_: by_id(tree, id_).get("aria-describedby")
        for id_ in ("id_name", "div_id_colour", "id_agree")
    }
    assert ties == {
        "id_name": "id_name_helptext id_name_error",
        "div_id_colour": "id_colour_error",
        "id_agree": "id_agree_helptext id_agree_error",
    }
    for tie in ties.values():
        assert [by_id(tree, id_).tag for id_ in str(tie).split()] == ["p"] * len(str(tie).split())


def test_the_summary_takes_the_focus_and_each_line_leads_to_its_field() -> None:
    tree = drawn(EveryKind({}))
    summary = by_id(tree, "error-summary")
    assert (summary.get("role"), summary.get("tabindex"), summary.get("autofocus")) == (
        "alert",
        "-1",
        "",
    )
    links = {str(link.get("href"))[1:]: text_of(link) for link in summary.iter("a")}
    assert links == {
        "id_name": "Name: This field is required.",
        "div_id_colour": "Colour: This field is required.",
        "id_agree": "Agree: This field is required.",
    }
    assert all(by_id(tree, id_) is not None for id_ in links)


def test_an_untouched_form_has_no_summary() -> None:
    assert drawn(EveryKind()).find(".//*[@id='error-summary']") is None


def test_the_form_sends_its_token_and_leaves_checking_to_us() -> None:
    form: Any = drawn(EveryKind()).find(".//form")
    assert form.get("novalidate") == ""
    token = form.find(".//input[@name='csrfmiddlewaretoken']")
    assert token.get("value") == "t"


def test_layout_pieces_and_buttons_are_drawn_in_order() -> None:
    helper = FormHelper()
    helper.layout = Layout(Fieldset("Who", "name", "nick"), Div("colour", "agree", css_class="row"))
    helper.add_input(Submit("save", "Save it"))
    tree = drawn(EveryKind(), helper)
    button: Any = tree.find(".//button")
    assert (button.get("type"), button.get("name"), text_of(button)) == (
        "submit",
        "save",
        "Save it",
    )
    assert "primary" in button.get("class").split()
    order = [str(element.get("id")) for element in tree.iter() if element.get("id")]
    places = [order.index(f"div_id_{name}") for name in ("name", "nick", "colour", "agree")]
    assert places == sorted(places)


def test_what_was_typed_comes_back_escaped() -> None:
    html = render_crispy_form(EveryKind({"name": '"><b>x'}), FormHelper())
    assert re.search(r'value="&quot;&gt;&lt;b&gt;x"', html) is not None
