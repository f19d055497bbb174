namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers as functions of their input and weights.</summary>
        public static partial class functional
        {
            private static long[] One(long? value, long otherwise) => [value ?? otherwise];

            private static long[]? Two(long? value) => value is { } given ? [given, given] : null;

            private static long[]? Two((long, long)? value) => value is { } given ? [given.Item1, given.Item2] : null;

            private static Tensor Normalize(Tensor input, double p, long dim, double eps)
            {
                using var scope = NewDisposeScope();
                var norm = Aten.Call("norm.ScalarOpt_dim", input, p, new[] { dim }, true).clamp_min(eps).expand_as(input);
                return (input / norm).MoveToOuterDisposeScope();
            }
        }
    }
}
