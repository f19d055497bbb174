namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>Prompts to what the UNet attends to, by CLAP, T5 and GPT-2: different prompts, for equal ones are encoded once.</summary>
internal sealed class TextEncoding(Workplace place, bool guided) : IStage
{
    private static readonly string[] s_instruments = ["piano", "organ", "music box", "shaker", "bass", "drums", "flute", "siren"];

    private readonly Prompt[] _prompts =
    [
        .. from emotion in new[] { "happy", "angry" } from instrument in s_instruments select new Prompt($"a recording of a {emotion} {instrument} solo, high quality"),
    ];

    private AudioLdm2Pipeline? _pipeline;
    private ITrainableDiffusion? _diffusion;

    public string Case => $"fp32, {_prompts.Length} prompts{(guided ? " with negatives" : "")}";

    public async Task SetUpAsync()
    {
        _pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(place.Model.Folder, new() { Device = place.Options.Device });
        _diffusion = (ITrainableDiffusion)_pipeline.GetService(typeof(ITrainableDiffusion))!;
    }

    public Task RunAsync() => _diffusion!.RunAsync(() =>
    {
        using var encoded = _diffusion.EncodePrompts(_prompts, "low quality", guided);
        place.WaitForDevice();
        return true;
    });

    public ValueTask DisposeAsync() => _pipeline?.DisposeAsync() ?? default;
}
