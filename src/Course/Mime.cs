namespace Course;

/// <summary>The forms of an output that the course gives a meaning.</summary>
internal static class Mime
{
    public const string Claim = "application/vnd.deepnotebooks.claim+json";
    public const string Exercise = "application/vnd.deepnotebooks.exercise+json";
    public const string Plotly = "application/vnd.plotly.v1+json";
    public const string Svg = "image/svg+xml";
    public const string Html = "text/html";
}
