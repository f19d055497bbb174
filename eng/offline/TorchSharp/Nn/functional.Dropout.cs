namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Dropout.
        public static partial class functional
        {
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Aten.CallInPlace(input, "dropout_", input, p, training) : Aten.Call("dropout", input, p, training);
        }
    }
}
