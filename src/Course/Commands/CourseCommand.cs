using System.CommandLine;

namespace Course.Commands;

/// <summary>A command of ours.</summary>
/// <param name="name">What the user types.</param>
/// <param name="summary">What it does, in one line.</param>
/// <param name="details">What its own help adds.</param>
internal sealed class CourseCommand(string name, string summary, string details) : Command(name, summary)
{
    public string Details => details;
}
