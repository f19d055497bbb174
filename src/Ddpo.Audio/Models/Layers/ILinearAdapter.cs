namespace Ddpo.Audio.Models.Layers;

/// <summary>Something trained beside a frozen <see cref="Linear"/>, such as a LoRA pair.</summary>
internal interface ILinearAdapter
{
    /// <summary>Returns the layer's <paramref name="output"/> with the adapter's share of <paramref name="input"/> added.</summary>
    Tensor Apply(Tensor input, Tensor output);
}
