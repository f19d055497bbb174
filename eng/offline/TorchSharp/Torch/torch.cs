namespace TorchSharp;

/// <summary>TorchSharp's functions and types, under PyTorch's names.</summary>
public static partial class torch
{
    static torch() => __version__ = NativeBackend.Load();

    /// <summary>The version of libtorch in use.</summary>
    public static string __version__ { get; }

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.NewScope();

    /// <summary>Evaluates an expression in a scope of its own; only its result survives.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
