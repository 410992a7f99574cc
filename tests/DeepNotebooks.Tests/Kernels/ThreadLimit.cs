namespace DeepNotebooks.Tests.Kernels;

/// <summary>Tests that change the number of threads, which belongs to the whole process: one at a time, and beside no others.</summary>
[CollectionDefinition(nameof(ThreadLimit), DisableParallelization = true)]
public sealed class ThreadLimit;
