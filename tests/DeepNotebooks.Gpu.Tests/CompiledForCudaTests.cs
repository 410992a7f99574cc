using System.Diagnostics;
using System.Reflection;
using DeepNotebooks.Gpu.Kernels;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>Every kernel compiles to PTX, the assembly of CUDA cards, also where there is no card to run it.</summary>
public sealed class CompiledForCudaTests : IDisposable
{
    private readonly Context _context = Context.Create(Devices.Compiling);
    private readonly PTXBackend _backend;

    public CompiledForCudaTests() =>
        _backend = new PTXBackend(_context, new CudaCapabilityContext(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, null);

    /// <summary>Each kernel for each type of number and each function.</summary>
    public static TheoryData<string> Kernels => [.. All().Select(kernel => kernel.Name)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void CompilesToPtx(string name)
    {
        MethodInfo method = All().Single(kernel => kernel.Name == name).Method;
        EntryPointDescription entry = method.GetParameters()[0].ParameterType == typeof(Index1D)
            ? EntryPointDescription.FromImplicitlyGroupedKernel(method)
            : EntryPointDescription.FromExplicitlyGroupedKernel(method);
        var kernel = (PTXCompiledKernel)_backend.Compile(entry, new KernelSpecialization());
        Assert.Contains(".visible .entry", kernel.PTXAssembly);
        Assert.Contains("st.", kernel.PTXAssembly); // it writes something
        Assert.DoesNotContain(".approx", kernel.PTXAssembly);
        Assemble(name, kernel.PTXAssembly);
    }

    [Theory]
    [InlineData(typeof(MatrixProduct), nameof(MatrixProduct.SharedTile))]
    [InlineData(typeof(MatrixProduct), nameof(MatrixProduct.RegisterTile))]
    [InlineData(typeof(Convolution), nameof(Convolution.ForwardTile))]
    [InlineData(typeof(Convolution), nameof(Convolution.BackwardImagesTile))]
    [InlineData(typeof(Convolution), nameof(Convolution.BackwardWeightsTile))]
    public void TilesKeepTheirSumsInRegisters(Type kernels, string name)
    {
        MethodInfo method = kernels.GetMethod(name)!.MakeGenericMethod(typeof(float), typeof(Sixteen));
        var kernel = (PTXCompiledKernel)_backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), new KernelSpecialization());
        Assert.DoesNotContain(".local", kernel.PTXAssembly);
    }

    /// <summary>Where PTXAS names NVIDIA's assembler: it takes the kernel, for this card and a newer one, and keeps all in registers.</summary>
    private static void Assemble(string name, string assembly)
    {
        if (Environment.GetEnvironmentVariable("PTXAS") is not { Length: > 0 } assembler)
            return;
        string source = Path.GetTempFileName();
        try
        {
            File.WriteAllText(source, assembly);
            foreach (string card in new[] { "sm_80", "sm_90" })
            {
                var start = new ProcessStartInfo(assembler, ["-v", $"-arch={card}", source, "-o", "/dev/null"]) { RedirectStandardError = true };
                using var process = Process.Start(start)!;
                string told = process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0 && told.Contains(" 0 bytes spill stores"), $"{name} for {card}: {told}");
            }
        }
        finally
        {
            File.Delete(source);
        }
    }

    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }

    private static IEnumerable<(string Name, MethodInfo Method)> All() =>
        from type in typeof(MatrixProduct).Assembly.GetTypes()
        where type.Namespace == typeof(MatrixProduct).Namespace && type is { IsAbstract: true, IsSealed: true }
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(void)
        from arguments in Arguments(method)
        let made = arguments.Length == 0 ? method : method.MakeGenericMethod(arguments)
        select ($"{type.Name}.{method.Name} {string.Join(", ", arguments.Select(argument => argument.Name))}", made);

    private static IEnumerable<Type[]> Arguments(MethodInfo method) => method.GetGenericArguments()
        .Aggregate((IEnumerable<Type[]>)[[]], (sets, parameter) => sets.SelectMany(set => Choices(parameter).Select(Type[] (choice) => [.. set, choice])));

    private static IEnumerable<Type> Choices(Type parameter)
    {
        Type? role = parameter.GetGenericParameterConstraints().FirstOrDefault(type => type == typeof(IUnary) || type == typeof(IBinary) || type == typeof(ISide));
        return role is null
            ? [typeof(float), typeof(double)]
            : typeof(MatrixProduct).Assembly.GetTypes().Where(type => type.IsValueType && role.IsAssignableFrom(type));
    }
}
