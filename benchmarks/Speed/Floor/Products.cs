using System.Globalization;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;

namespace Ddpo.Audio.Benchmarks.Speed.Floor;

/// <summary>
/// The floor: every matrix product and convolution of one forward pass, with attention's two, and nothing between them. In the model's order and with its weights, which have
/// to come from memory in both; the other operands are fresh, of the same shapes and type. Owner of these.
/// </summary>
internal sealed class Products : IDisposable
{
    /// <summary>What tables call it.</summary>
    public const string Name = "its products alone";

    private readonly List<IProduct> _products = [];
    private readonly Dictionary<string, Tensor> _fresh = [];
    private readonly List<Tensor> _views = [];

    private Products()
    {
    }

    /// <summary>Operations of all, in 10⁹.</summary>
    public double GigaOperations => _products.Sum(product => product.Operations) / 1e9;

    /// <summary>How many there are, and the bytes of their operands and results, each once.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"{_products.Count} products, {_products.Sum(product => product.Bytes) / 1e9:G3} GB");

    /// <summary>Notes what a model computes.</summary>
    /// <param name="model">The model. All of its linear layers, 2-D convolutions and attentions are noted when they are called.</param>
    /// <param name="heads">The number of heads of the attention at a path in the model.</param>
    /// <param name="forward">Runs it.</param>
    public static Products Of(nn.Module model, Func<string, long> heads, Action forward)
    {
        var products = new Products();
        var unhook = model.named_modules().Select(module => products.Watch(module.name, module.module, heads)).OfType<Action>().ToList();
        try
        {
            forward();
            return products;
        }
        catch
        {
            products.Dispose();
            throw;
        }
        finally
        {
            unhook.ForEach(hook => hook());
        }
    }

    /// <summary>Computes all of them.</summary>
    public void Run()
    {
        foreach (var product in _products)
        {
            product.Run().Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _fresh.Values.Concat(_views))
        {
            tensor.Dispose();
        }
    }

    private Action? Watch(string path, nn.Module module, Func<string, long> heads)
    {
        var parameters = module.named_parameters(recurse: false).ToDictionary(parameter => parameter.name, parameter => (Tensor)parameter.parameter);
        return module switch
        {
            Linear linear => linear.register_forward_hook((_, input, output) =>
                Note(output, new LinearProduct(Fresh(input), parameters["weight"], parameters.GetValueOrDefault("bias")))).remove,
            Conv2d convolution => convolution.register_forward_hook((_, input, output) =>
                Note(output, ConvolutionProduct.Of(Fresh(input), parameters["weight"], parameters.GetValueOrDefault("bias"), output))).remove,
            PixelProjection projection => projection.register_forward_hook((_, input, output) =>
                Note(output, Projection(input, parameters["weight"], parameters["bias"], output))).remove,
            UNetAttention attention => attention.register_forward_hook((_, input, text, output) =>
                Note(output, Attention(input, input.shape[1], text?.States.shape[1] ?? input.shape[1], heads(path), input.shape[2], text?.Bias))).remove,
            VaeAttention attention => attention.register_forward_hook((_, input, output) =>
                Note(output, Attention(input, input.shape[2] * input.shape[3], input.shape[2] * input.shape[3], 1, input.shape[1], null))).remove,
            _ => null,
        };
    }

    private Tensor Note(Tensor output, IProduct product)
    {
        _products.Add(product);
        return output;
    }

    // As of a linear layer, from tokens to tokens: that transposes nothing.
    private LinearProduct Projection(Tensor input, Tensor weight, Tensor bias, Tensor output)
    {
        var (pixels, channels) = (output.numel() / input.shape[0] / weight.shape[0], weight.shape[1]);
        var tokens = Fresh("tokens", input, () => randn([input.shape[0], pixels, channels], input.dtype, input.device), pixels, channels);
        var matrix = weight.flatten(1).DetachFromDisposeScope();
        _views.Add(matrix);
        return new(tokens, matrix, bias);
    }

    private AttentionProduct Attention(Tensor input, long queries, long keys, long heads, long channels, Tensor? bias)
    {
        return new(Heads("query", queries), Heads("key", keys), Heads("value", keys), bias);

        // [batch, heads, tokens, channels / heads] as the model has it in memory: a token's heads beside each other
        Tensor Heads(string what, long tokens) =>
            Fresh(what, input, () => randn([input.shape[0], tokens, heads, channels / heads], input.dtype, input.device).transpose(1, 2), queries, keys, heads, channels);
    }

    private Tensor Fresh(Tensor like) => Fresh("input", like, () => randn(like.shape, like.dtype, like.device), like.shape);

    // One for all that are alike: the floor must not need the memory of a whole pass.
    private Tensor Fresh(string what, Tensor like, Func<Tensor> make, params long[] sizes)
    {
        var key = $"{what} {like.dtype} {like.shape[0]} {string.Join(' ', sizes)}";
        if (!_fresh.TryGetValue(key, out var tensor))
        {
            _fresh[key] = tensor = make().DetachFromDisposeScope();
        }

        return tensor;
    }
}
