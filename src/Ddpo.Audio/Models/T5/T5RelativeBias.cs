namespace Ddpo.Audio.Models.T5;

/// <summary>Which learned bias belongs to a distance between tokens: exact for near ones, logarithmic for far ones, by direction.</summary>
internal static class T5RelativeBias
{
    /// <summary>Bucket of every (query, key) pair, int64 [tokens, tokens].</summary>
    public static Tensor Buckets(long tokens, T5Config config, Device device)
    {
        using var scope = NewDisposeScope();
        var positions = TensorFactory.Range(0, tokens, ScalarType.Int64, device);
        var offset = positions.unsqueeze(0) - positions.unsqueeze(1); // key minus query

        var perDirection = config.RelativeAttentionNumBuckets / 2;
        var exact = perDirection / 2;
        var ahead = offset.IsGreaterThan(0).to(ScalarType.Int64).Multiply(perDirection);
        var distance = offset.abs();

        var logarithmic = distance.to(ScalarType.Float32).Divide(exact).log()
            .Divide(Math.Log((double)config.RelativeAttentionMaxDistance / exact)).Multiply(perDirection - exact);
        // Distance 0 has logarithm -inf, whose conversion is undefined; "near" discards it, so any value will do.
        var far = logarithmic.ClampMin(0).to(ScalarType.Int64).Add(exact).ClampMax(perDirection - 1);
        var near = distance.IsLessThan(exact);
        return ahead.Add(where(near, distance, far)).MoveToOuterDisposeScope();
    }
}
