namespace TorchSharp;

/// <summary>What an operator's argument or result is; the numbers are the native side's.</summary>
internal enum ValueKind
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    TensorList = 7,
    Device = 8,
    String = 9,
    Generator = 10,
    Complex = 11,
}
