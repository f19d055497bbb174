namespace Ddpo.Audio.Models.Layers;

/// <summary>The activation functions that a config.json can name.</summary>
internal static class Activation
{
    /// <summary>The function of that name.</summary>
    /// <param name="name">The name in the configuration, such as "gelu_new".</param>
    /// <param name="setting">The setting that holds the name, for the error message.</param>
    /// <exception cref="CheckpointException">The name is not one of the known ones.</exception>
    public static Func<Tensor, Tensor> Named(string name, string setting) => name switch
    {
        "relu" => static x => F.relu(x),
        "gelu" => static x => F.gelu(x),
        "gelu_new" or "gelu_pytorch_tanh" => static x => F.gelu(x, Modules.GELU.Approximate.tanh),
        "silu" or "swish" => static x => F.silu(x),
        "tanh" => static x => x.tanh(),
        _ => throw new CheckpointException(
            $"The configuration asks for the activation '{name}' ({setting}), which this library does not have; " +
            "it has relu, gelu, gelu_new, gelu_pytorch_tanh, silu, swish and tanh. " +
            "Check that the config.json belongs to an AudioLDM2 checkpoint."),
    };
}
