namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private const string Attention = "scaled_dot_product_attention";
            private static readonly bool HasAttention = Aten.Exists(Attention);

            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null,
                double p = 0, bool is_casual = false)
            {
                if (HasAttention)
                    return Aten.Call(Attention, query, key, value, attn_mask, p, is_casual);
                return ComposedAttention(query, key, value, attn_mask, p, is_casual);
            }

            // libtorch before 2.0 has no such operator.
            private static Tensor ComposedAttention(Tensor query, Tensor key, Tensor value, Tensor? mask, double p, bool causal)
            {
                if (causal && mask is not null)
                    throw new ArgumentException("Explicit attn_mask should not be set when is_casual = true");
                using var scope = NewDisposeScope();
                // The scale is split between both factors, which keeps half precision from overflowing.
                var scale = Math.Pow(query.size(-1), -0.25);
                var scores = (query * scale).matmul((key * scale).transpose(-2, -1));
                if (causal)
                    mask = ones(query.size(-2), key.size(-2), dtype: ScalarType.Bool, device: query.device).tril();
                if (mask is not null)
                    scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
                var weights = scores.softmax(-1);
                if (p > 0)
                    weights = dropout(weights, p);
                return weights.matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
