namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Activations.
        public static partial class functional
        {
            public static Tensor silu(Tensor x, bool inplace = false) =>
                inplace ? Aten.CallInPlace(x, "silu_", x) : Aten.Call("silu", x);

            public static Tensor relu(Tensor x, bool inplace = false) =>
                inplace ? Aten.CallInPlace(x, "relu_", x) : Aten.Call("relu", x);

            public static Tensor hardswish(Tensor input, bool inplace = false) =>
                inplace ? Aten.CallInPlace(input, "hardswish_", input) : Aten.Call("hardswish", input);

            public static Tensor hardsigmoid(Tensor input, bool inplace = false) =>
                inplace ? Aten.CallInPlace(input, "hardsigmoid_", input) : Aten.Call("hardsigmoid", input);

            public static Tensor mish(Tensor x, bool inplace = false) =>
                inplace ? Aten.CallInPlace(x, "mish_", x) : Aten.Call("mish", x);

            public static Tensor gelu(Tensor x) => Aten.Call("gelu", x);
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? Aten.CallInPlace(x, "gelu_", x) : gelu(x);
            public static Tensor sigmoid(Tensor x) => Aten.Call("sigmoid", x);
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? Aten.CallInPlace(x, "sigmoid_", x) : sigmoid(x);

            public static Tensor tanh(Tensor x, bool inplace = false) =>
                inplace ? Aten.CallInPlace(x, "tanh_", x) : Aten.Call("tanh", x);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? Aten.CallInPlace(input, "leaky_relu_", input, negative_slope) : Aten.Call("leaky_relu", input, negative_slope);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) =>
                inplace ? Aten.CallInPlace(x, "elu_", x, alpha) : Aten.Call("elu", x, alpha);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) =>
                Aten.Call("softplus", x, beta, threshold);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) =>
                Aten.Call("softmax.int", input, dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => Aten.Call("log_softmax.int", x, dim);
            public static Tensor glu(Tensor input, long dim = -1) => Aten.Call("glu", input, dim);
        }
    }
}
