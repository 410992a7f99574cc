using System.Net;

namespace Course.Site;

/// <summary>The frame that every page of the site has: head, bar with the theme switch, foot.</summary>
internal static class Page
{
    /// <summary>Nothing but this host; styles on elements are KaTeX's and plotly.js's.</summary>
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'";

    public static string Html(string title, string description, string body, NpmAssets assets, string version) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="description" content="{Encode(description)}">
        <title>{Encode(title)}</title>
        <link rel="icon" href="assets/icon.svg" type="image/svg+xml">
        {(assets.Katex is null ? "" : $"<link rel=\"stylesheet\" href=\"assets/katex/katex.min.css?{version}\">")}
        <link rel="stylesheet" href="assets/site.css?{version}">
        <script src="assets/theme.js?{version}"></script>
        {(assets.Plotly is null ? "" : $"<script src=\"assets/narrow.js?{version}\" defer></script>")}
        <script src="assets/site.js?{version}" defer{(assets.Plotly is null ? "" : $" data-plotly=\"assets/plotly.min.js?{version}\"")}></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the text</a>
        <header class="bar">
        <a class="home" href="index.html"><img src="assets/icon.svg" alt="" width="22" height="22">DeepNotebooks</a>
        <button type="button" class="theme" hidden><span class="theme-name">Dark</span></button>
        </header>
        {body}
        <footer class="foot">
        {(assets.Missing is null ? "" : $"<p class=\"missing\">{Encode(assets.Missing)}</p>")}
        <p>Every number and picture on these pages was computed by the notebooks they come from.</p>
        </footer>
        </body>
        </html>

        """;

    public static string Encode(string text) => WebUtility.HtmlEncode(text);
}
