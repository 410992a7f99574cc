using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>Lines that a cell asks the reader for: one question at a time, to the client whose cell it is.</summary>
internal sealed class StandardInput
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private string? _question;
    private TaskCompletionSource<string>? _answer;

    /// <summary>Through which questions are asked.</summary>
    public required Func<Request, JsonObject, string?> Ask { get; init; }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <returns>The line; empty when the cell was stopped meanwhile.</returns>
    /// <exception cref="InvalidOperationException">The client does not answer questions.</exception>
    public string Read(Request cause, string prompt, bool isPassword, Task stopped)
    {
        if (!cause.Content.Flag("allow_stdin", true))
        {
            throw new InvalidOperationException(
                "Console.ReadLine: this client takes no questions (allow_stdin is false). Put the value into a variable of the cell.");
        }

        _turn.Wait();
        try
        {
            Task<string> answer;
            lock (_gate)
            {
                _answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                answer = _answer.Task;
                _question = Ask(cause, new JsonObject { ["prompt"] = prompt, ["password"] = isPassword });
                if (_question is null)
                {
                    throw new InvalidOperationException(
                        "Console.ReadLine: this client is not connected to the channel on which the kernel asks. "
                        + "Put the value into a variable of the cell.");
                }
            }

            Task.WaitAny(answer, stopped);
            return answer.IsCompleted ? answer.Result : "";
        }
        finally
        {
            lock (_gate)
            {
                _answer = null;
            }

            _turn.Release();
        }
    }

    /// <summary>Takes an answer; one to an older question, or to none, is not wanted any more.</summary>
    public void Answer(Request reply)
    {
        lock (_gate)
        {
            if (reply.Type == "input_reply" && (reply.Parent.Length == 0 || reply.Parent == _question))
            {
                _answer?.TrySetResult(reply.Content.Text("value") ?? "");
            }
        }
    }
}
