namespace DeepNotebooks;

/// <summary>The number type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>32-bit floating point (about 7 decimal digits); the default.</summary>
    Float32,

    /// <summary>64-bit floating point (about 16 decimal digits); for gradient checks and statistics.</summary>
    Float64,
}
