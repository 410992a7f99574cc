"""Jupyter's own tests for kernels, all of them."""
from jupyter_kernel_test import KernelTests

from conftest import NAME


class TestConformance(KernelTests):
    kernel_name = NAME
    language_name = "C#"
    file_extension = ".cs"
    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    completion_samples = [{"text": "Console.Wri", "matches": {"Write", "WriteLine"}}, {"text": "Math.Sq", "matches": {"Sqrt"}}]
    code_inspect_sample = "Console.WriteLine"
    complete_code_samples = ["1 + 1", "int x = 1;", "for (int i = 0; i < 3; i++) { }", "#!time\n1", ""]
    incomplete_code_samples = ["for (int i = 0; i < 3; i++) {", "var s = @\"a", "foo("]
    invalid_code_samples = ["int x = ;", "1 +* 2 )"]
    code_page_something = "#!help"
    code_generate_error = 'throw new Exception("error");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": "ab"},
        {"code": "6 * 7", "result": "42"},
        {"code": "6 * 7", "result": "42"},
    ]
    code_display_data = [{"code": 'display("<b>x</b>", "text/html");', "mime": "text/html"}, {"code": "display(1);", "mime": "text/plain"}]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ?*"
    code_clear_output = "ClearOutput();"


del KernelTests
