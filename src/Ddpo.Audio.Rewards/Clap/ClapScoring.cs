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
        return alternatives.Count == 0
            ? (float)own
            : (float)(-temperature * Math.Log(1 + Others(text).Sum(other => Math.Exp((Cosine(audio, other) - own) / temperature))));
    }

    /// <summary>The same, differentiable.</summary>
    public Tensor Of(Tensor audio, float[] text)
    {
        var own = (audio * tensor(text, device: audio.device)).sum();
        if (alternatives.Count == 0)
        {
            return own;
        }

        float[][] texts = [text, .. Others(text)];
        var vectors = tensor([.. texts.SelectMany(vector => vector)], [texts.Length, text.Length], ScalarType.Float32, audio.device);
        return own - vectors.matmul(audio).Divide(temperature).logsumexp(0).Multiply(temperature);
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
