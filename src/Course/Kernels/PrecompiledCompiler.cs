using System.Diagnostics;
using System.Runtime.Loader;
using System.Text.Json.Nodes;

namespace Course.Kernels;

/// <summary>
/// The compiler as the SDK has it: compiled to machine code, where that of the packages is compiled anew in every process, which is most of
/// what a first cell waits for. An installed kernel takes a copy, and notebooks are executed with the SDK's own, if a cell runs with it.
/// </summary>
internal static class PrecompiledCompiler
{
    /// <summary>The hidden command that tells by its exit code whether a cell runs.</summary>
    public const string ProbeCommand = "probe";

    private const string Folder = "compiler";
    private const string Dependencies = ".deps.json";

    private static readonly string[] s_names = ["Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string[]> s_arguments = new(FindArguments);

    /// <summary>
    /// What <c>dotnet exec</c> is told so that a process of this program runs with the SDK's compiler; nothing if no cell would run with
    /// it. That is found out once for each build.
    /// </summary>
    public static IReadOnlyList<string> Arguments => s_arguments.Value;

    /// <summary>
    /// Has this process use the copy beside it, else the SDK's, where it was started without a compiler of its own. To be called before
    /// anything names the compiler.
    /// </summary>
    public static void Use()
    {
        // It may be a little older than the one that we were built with, which only this way is no hindrance.
        AssemblyLoadContext.Default.Resolving += (context, name) => s_names.Contains(name.Name) && (HasCopy ? Copy : Newest()) is { } folder
            ? context.LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll"))
            : null;
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
        string dependencies = Path.ChangeExtension(assembly, Dependencies);
        string before = File.ReadAllText(dependencies);
        Directory.CreateDirectory(folder);
        foreach (string name in s_names)
        {
            File.Copy(Path.Combine(sdk, name + ".dll"), Path.Combine(folder, name + ".dll"), overwrite: true);
        }

        File.WriteAllText(dependencies, WithoutCompiler(before));
        if (Works(assembly) == true)
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

    /// <summary>Whether a file is what <see cref="Arguments"/> left here: of use to this program alone.</summary>
    public static bool IsNote(string file) => file != Path.ChangeExtension(Program, Dependencies)
        && Path.GetFileName(file).StartsWith(Path.GetFileNameWithoutExtension(Program) + ".", StringComparison.Ordinal)
        && file.EndsWith(Dependencies, StringComparison.Ordinal);

    private static string Program => typeof(PrecompiledCompiler).Assembly.Location;

    private static string Copy => Path.Combine(AppContext.BaseDirectory, Folder);

    private static bool HasCopy => Directory.Exists(Copy);

    private static string[] FindArguments()
    {
        if (HasCopy || Newest() is not { } sdk)
        {
            return [];
        }

        // Beside the program, since the runtime looks for a program's files beside what lists them. Empty if no cell runs.
        string sdkVersion = Path.GetFileName(Path.GetFullPath(Path.Combine(sdk, "..", "..")));
        string note = Path.ChangeExtension(Program, $".{Installation.Build()}-{sdkVersion}{Dependencies}");
        try
        {
            if (!File.Exists(note))
            {
                string trial = Path.Combine(AppContext.BaseDirectory, Environment.ProcessId + Dependencies);
                File.WriteAllText(trial, WithoutCompiler(File.ReadAllText(Path.ChangeExtension(Program, Dependencies))));
                if (Works(Program, "--depsfile", trial) is not { } works)
                {
                    File.Delete(trial);
                    return [];
                }

                foreach (string former in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(IsNote).ToList())
                {
                    File.Delete(former);
                }

                if (!works)
                {
                    File.WriteAllText(trial, "");
                }

                File.Move(trial, note, overwrite: true);
            }

            return new FileInfo(note).Length > 0 ? ["--depsfile", note] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
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

    /// <summary>Whether a cell runs; null if that took too long to tell.</summary>
    private static bool? Works(string assembly, params string[] arguments)
    {
        var start = new ProcessStartInfo(Installation.DotnetHost, ["exec", .. arguments, assembly, ProbeCommand])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        bool ended = process.WaitForExit(s_patience);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        Task.WaitAll(output, errors);
        return ended ? process.ExitCode == ExitCode.Fine : null;
    }
}
