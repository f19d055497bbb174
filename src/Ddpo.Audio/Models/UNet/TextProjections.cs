namespace Ddpo.Audio.Models.UNet;

/// <summary>
/// Keys and values that attentions made of a text, for the next denoising steps: they are the same as long as no weight changes. Made without gradients.
/// </summary>
/// <param name="scope">Where they live; the text's own.</param>
internal sealed class TextProjections(DisposeScope scope)
{
    private readonly Dictionary<UNetAttention, (Tensor Key, Tensor Value)> _made = [];

    /// <summary>Those of one attention, made when they are first asked for.</summary>
    public (Tensor Key, Tensor Value) Of(UNetAttention attention, Func<(Tensor Key, Tensor Value)> make)
    {
        if (!_made.TryGetValue(attention, out var made))
        {
            var (key, value) = make();
            _made[attention] = made = (key.MoveToOtherDisposeScope(scope), value.MoveToOtherDisposeScope(scope));
        }

        return made;
    }
}
