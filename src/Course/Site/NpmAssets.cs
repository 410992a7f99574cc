using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Course.Site;

/// <summary>
/// What the pages take from npm: KaTeX for formulas and plotly.js for interactive charts. Where they cannot be had the site is built
/// without them, and <see cref="Missing"/> says so.
/// </summary>
internal sealed record NpmAssets(string? Katex, string? Plotly, string? Missing)
{
    /// <summary>The site's own style sheet and scripts, and the lock of what npm adds.</summary>
    public static readonly string Own = Path.Combine(AppContext.BaseDirectory, "Site", "assets");

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static NpmAssets None(string reason) => new(null, null,
        $"Formulas are shown as TeX source and charts as still pictures: {reason}");

    /// <summary>Installs the locked packages into the folder, unless the same lock is installed there already.</summary>
    public static NpmAssets Install(string folder, CancellationToken cancel)
    {
        var stamp = Path.Combine(folder, "installed");
        var hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Own, "package-lock.json"))));
        if (!File.Exists(stamp) || File.ReadAllText(stamp) != hash)
        {
            Directory.CreateDirectory(folder);
            File.Delete(stamp);
            foreach (var name in (string[])["package.json", "package-lock.json"])
            {
                File.Copy(Path.Combine(Own, name), Path.Combine(folder, name), overwrite: true);
            }

            if (Run(folder, cancel) is { } reason)
            {
                return None(reason);
            }

            File.WriteAllText(stamp, hash);
        }

        var modules = Path.Combine(folder, "node_modules");
        return new(Path.Combine(modules, "katex", "dist", "katex.min.js"),
            Path.Combine(modules, "plotly.js-cartesian-dist-min", "plotly-cartesian.min.js"), null);
    }

    /// <summary>Runs <c>npm ci</c>; returns why it failed, or null.</summary>
    private static string? Run(string folder, CancellationToken cancel)
    {
        string[] command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"];
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd", ["/c", .. command])
            : new ProcessStartInfo(command[0], command[1..]);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        try
        {
            using var npm = Process.Start(start)!;
            npm.StandardInput.Close();
            var errors = npm.StandardError.ReadToEndAsync(CancellationToken.None);
            _ = npm.StandardOutput.ReadToEndAsync(CancellationToken.None);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Limit);
            try
            {
                npm.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                cancel.ThrowIfCancellationRequested();
                return $"npm had not fetched them after {Limit.TotalSeconds:0} s. Build again when the network is faster.";
            }

            return npm.ExitCode == 0 ? null : $"npm ci failed ({FirstError(errors.Result)}). Build again when npm can reach its registry.";
        }
        catch (Win32Exception)
        {
            return "npm is not installed. Install Node.js and build again to have both.";
        }
    }

    private static string FirstError(string text) =>
        text.Split('\n').Select(l => l.Replace("npm error", "").Trim()).FirstOrDefault(l => l.Length > 0) ?? "no reason given";
}
