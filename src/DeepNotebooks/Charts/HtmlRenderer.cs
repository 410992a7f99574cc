using System.Security.Cryptography;
using System.Text;

namespace DeepNotebooks.Charts;

/// <summary>The SVG, and a script that puts the interactive chart in its place where the page has plotly.js. Where scripts are
/// stripped, or the chart cannot be drawn, the SVG stays.</summary>
internal static class HtmlRenderer
{
    public static string Render(Figure figure)
    {
        string json = PlotlyJson.Write(figure);
        string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16].ToLowerInvariant();
        return $$"""
            <div data-figure="{{key}}">{{SvgRenderer.Render(figure)}}</div>
            <script>
            (function () {
              var figure = {{json}};
              function draw(plotly) {
                document.querySelectorAll('[data-figure="{{key}}"]:not([data-live])').forEach(function (place) {
                  var picture = place.querySelector('svg'), chart = document.createElement('div');
                  place.setAttribute('data-live', '');
                  place.appendChild(chart);
                  Promise.resolve().then(function () { return plotly.newPlot(chart, JSON.parse(JSON.stringify(figure))); }).then(
                    function () { if (picture) picture.remove(); },
                    function () { chart.remove(); });
                });
              }
              if (window.Plotly) draw(window.Plotly);
              else if (window.require && window.require.defined && window.require.defined('plotly')) window.require(['plotly'], draw);
            })();
            </script>
            """;
    }
}
