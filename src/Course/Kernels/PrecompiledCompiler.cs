using System.Diagnostics;
using System.Runtime.Loader;
using System.Text.Json.Nodes;

namespace Course.Kernels;

/// <summary>
/// The compiler as the SDK has it: compiled to machine code, where that of the packages is compiled anew in every process, which is most of
/// what a first cell waits for. An installed kernel takes a copy, if a cell runs with it.
/// </summary>
internal static class PrecompiledCompiler
{
    /// <summary>The hidden command that tells by its exit code whether a cell runs.</summary>
    public const string ProbeCommand = "probe";

    private const string Folder = "compiler";

    private static readonly string[] s_names = ["Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Has this process use the copy beside it, if there is one. To be called before anything names the compiler.</summary>
    public static void Use()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, Folder);
        if (Directory.Exists(folder))
        {
            // It may be a little older than the one that we were built with, which only this way is no hindrance.
            AssemblyLoadContext.Default.Resolving += (context, name) => Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path)
                ? context.LoadFromAssemblyPath(path)
                : null;
        }
    }

    /// <summary>Puts a copy into an installed program; if no cell runs with it, the program stays as it was.</summary>
    /// <param name="program">The program's folder.</param>
    /// <param name="assembly">The program.</param>
    public static void TryAdd(string program, string assembly)
    {
        if (Newest() is not { } sdk)
        {
            return;
        }

        string folder = Path.Combine(program, Folder);
        string dependencies = Path.ChangeExtension(assembly, ".deps.json");
        string before = File.ReadAllText(dependencies);
        Directory.CreateDirectory(folder);
        foreach (string name in s_names)
        {
            File.Copy(Path.Combine(sdk, name + ".dll"), Path.Combine(folder, name + ".dll"), overwrite: true);
        }

        File.WriteAllText(dependencies, WithoutCompiler(before));
        if (Works(assembly))
        {
            foreach (string name in s_names)
            {
                File.Delete(Path.Combine(program, name + ".dll"));
            }

            return;
        }

        Directory.Delete(folder, recursive: true);
        File.WriteAllText(dependencies, before);
    }

    private static string? Newest()
    {
        string sdks = Path.Combine(Path.GetDirectoryName(Installation.DotnetHost)!, "sdk");
        return !Directory.Exists(sdks) ? null : Directory.EnumerateDirectories(sdks)
            .Select(sdk => (Version: Version.TryParse(Path.GetFileName(sdk), out var v) ? v : null, Path: Path.Combine(sdk, "Roslyn", "bincore")))
            .Where(s => s.Version?.Major == Environment.Version.Major && s_names.All(n => File.Exists(Path.Combine(s.Path, n + ".dll"))))
            .MaxBy(s => s.Version).Path;
    }

    private static string WithoutCompiler(string dependencies)
    {
        var json = JsonNode.Parse(dependencies)!;
        foreach (var (_, target) in json["targets"]!.AsObject())
        {
            foreach (var (_, package) in target!.AsObject())
            {
                foreach (string name in s_names)
                {
                    var files = package!["runtime"]?.AsObject();
                    foreach (string file in files?.Select(f => f.Key).Where(f => Path.GetFileNameWithoutExtension(f) == name).ToList() ?? [])
                    {
                        files!.Remove(file);
                    }
                }
            }
        }

        return json.ToJsonString();
    }

    private static bool Works(string assembly)
    {
        var start = new ProcessStartInfo(Installation.DotnetHost, ["exec", assembly, ProbeCommand])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
        }

        Task.WaitAll(output, errors);
        return process.HasExited && process.ExitCode == ExitCode.Fine;
    }
}
