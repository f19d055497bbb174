namespace Ddpo.Audio.Rewards.Clap;

/// <summary>From the vectors of a clip and of its prompt to a score: their cosine, or how far it is ahead of that of other texts.</summary>
/// <param name="alternatives">The vectors of the other texts; none for the cosine.</param>
/// <param name="temperature">How many units of cosine are a factor of e in the share; above 0.</param>
internal sealed class ClapScoring(IReadOnlyList<float[]> alternatives, double temperature)
{
    /// <summary>The score.</summary>
    public float Of(float[] audio, float[] text)
    {
        var own = Cosine(audio, text);
        if (alternatives.Count == 0)
        {
            return (float)own;
        }

        // Each by how far it is ahead of the prompt, the furthest taken out: no power is too large, and what is left of a small share is not lost.
        double[] ahead = [0, .. Others(text).Select(other => (Cosine(audio, other) - own) / temperature)];
        var furthest = ahead.Max();
        return (float)(-temperature * (furthest + Math.Log(ahead.Sum(one => Math.Exp(one - furthest)))));
    }

    /// <summary>The same, differentiable.</summary>
    public Tensor Of(Tensor audio, float[] text)
    {
        using var scope = NewDisposeScope();
        if (alternatives.Count == 0)
        {
            return (audio * tensor(text, device: audio.device)).sum().MoveToOuterDisposeScope();
        }

        // The prompt itself, which is ahead of itself by 0, has no part in the gradient: a share near 1 would leave rounding in it.
        float[] others = [.. Others(text).SelectMany(other => other.Zip(text, (one, own) => one - own))];
        if (others.Length == 0)
        {
            return audio.sum().Multiply(0).MoveToOuterDisposeScope();
        }

        var ahead = tensor(others, [others.Length / text.Length, text.Length], ScalarType.Float32, audio.device).matmul(audio).Divide(temperature);
        return ahead.logsumexp(0).logaddexp(zeros(1, ScalarType.Float32, audio.device)).squeeze(0).Multiply(-temperature).MoveToOuterDisposeScope();
    }

    /// <summary>The prompt itself may be among them.</summary>
    private IEnumerable<float[]> Others(float[] text) => alternatives.Where(other => !other.AsSpan().SequenceEqual(text));

    private static double Cosine(float[] audio, float[] text)
    {
        double sum = 0;
        for (var i = 0; i < audio.Length; i++)
        {
            sum += (double)audio[i] * text[i];
        }

        return sum;
    }
}
