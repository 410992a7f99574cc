"""Completion and inspection as clients ask for them."""
import pytest


def complete(kernel, text, position=None):
    request = kernel.client.complete(text, len(text) if position is None else position)
    return kernel.reply(request)["content"]


def inspect(kernel, text, detail=0):
    return kernel.reply(kernel.client.inspect(text, len(text), detail))["content"]


def test_members_come_with_their_kinds(kernel):
    answer = complete(kernel, "Console.WriteL")
    assert answer["status"] == "ok" and answer["matches"] == ["WriteLine"]
    assert (answer["cursor_start"], answer["cursor_end"]) == (8, 14)
    kind = answer["metadata"]["_jupyter_types_experimental"][0]
    assert (kind["text"], kind["type"], kind["start"], kind["end"]) == ("WriteLine", "function", 8, 14)
    assert kind["signature"].startswith("void Console.WriteLine(")


def test_places_are_counted_in_code_points(kernel):
    text = 'var s = "😀😀"; s.Leng; // 😀'
    answer = complete(kernel, text, text.index("; //"))
    assert answer["matches"] == ["Length"]
    assert text[answer["cursor_start"]:answer["cursor_end"]] == "Leng"


def test_what_earlier_cells_declare(kernel):
    kernel.run("record Ship(string Name);\nvar flagship = new Ship(\"Nina\");")
    assert complete(kernel, "flags")["matches"][0] == "flagship"
    assert "Name" in complete(kernel, "flagship.")["matches"]
    assert inspect(kernel, "flagship")["data"]["text/plain"].startswith("Ship flagship")


@pytest.mark.parametrize("text", ["", "(", "\"", "#", "a.b.c.", "x =>", "}", "class {", "new ", "[", "/*", "@", "\n\n.", "$\"{", "#r \"", "😀."])
def test_any_text_is_answered(kernel, text):
    assert complete(kernel, text)["status"] == "ok"
    assert inspect(kernel, text)["status"] == "ok"
    for position in [-1, 0, 10**6]:
        assert complete(kernel, text, position)["status"] == "ok"


def test_signatures_and_documentation(kernel):
    answer = inspect(kernel, "Math.Sqrt(")
    assert answer["found"] and "double Math.Sqrt(double d)" in answer["data"]["text/plain"]
    assert answer["data"]["text/markdown"].startswith("```csharp\n")
    assert len(inspect(kernel, "Math.Max", 1)["data"]["text/plain"]) > len(inspect(kernel, "Math.Max")["data"]["text/plain"])
    assert inspect(kernel, "nowhere") == {"status": "ok", "found": False, "data": {}, "metadata": {}}


def test_the_library_is_documented(kernel):
    from conftest import ROOT
    kernel.text(f'#r "{ROOT}/artifacts/library/DeepNotebooks.dll"\nusing DeepNotebooks.Training;')
    answer = inspect(kernel, "new Trainer(")
    assert "The training loop" in answer["data"]["text/markdown"] and "`optimizer`" in answer["data"]["text/markdown"]
    assert "Trainer" in complete(kernel, "new Tr")["matches"]
