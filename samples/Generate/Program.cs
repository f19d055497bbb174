// Generates WAVs from text with a model folder and, when given, a trained LoRA adapter.

using System.CommandLine;
using Ddpo.Audio;
using Ddpo.Audio.Samples;

var model = new Option<string>("--model") { Description = "AudioLDM2 checkpoint folder (default: the musicbox)", DefaultValueFactory = _ => Assets.Pipeline };
var adapter = new Option<string?>("--adapter") { Description = "LoRA file or folder, such as runs/quickstart/adapter" };
var scale = new Option<double>("--scale") { Description = "strength of the adapter", DefaultValueFactory = _ => 1 };
var prompts = new Option<string[]>("--prompt", "-p") { Description = "what to generate; may be given several times", Required = true, AllowMultipleArgumentsPerToken = true };
var negative = new Option<string>("--negative") { Description = "what to steer away from", DefaultValueFactory = _ => "" };
var steps = new Option<int>("--steps") { Description = "denoising steps", DefaultValueFactory = _ => 50 };
var duration = new Option<double>("--duration") { Description = "seconds of each clip", DefaultValueFactory = _ => 2.56 };
var guidance = new Option<double>("--guidance") { Description = "guidance scale", DefaultValueFactory = _ => 3.5 };
var eta = new Option<double>("--eta") { Description = "0 is DDIM, 1 is DDPM", DefaultValueFactory = _ => 0 };
var count = new Option<int>("--count", "-n") { Description = "waveforms per prompt, best first", DefaultValueFactory = _ => 1 };
var seed = new Option<ulong?>("--seed") { Description = "decides all noise; drawn when not given" };
var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };
var output = new Option<string>("--output", "-o") { Description = "folder for the WAVs", DefaultValueFactory = _ => Path.Combine("runs", "generated") };

var command = new RootCommand("Generates WAVs from text with AudioLDM2 and a LoRA adapter.")
{
    model, adapter, scale, prompts, negative, steps, duration, guidance, eta, count, seed, device, output,
};
command.SetAction(RunAsync);
return await command.Parse(args).InvokeAsync();

async Task<int> RunAsync(ParseResult options, CancellationToken cancellationToken)
{
    var status = new StatusLine();
    try
    {
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            Assets.Find(options.GetValue(model)!), new() { Device = options.GetValue(device)! }, cancellationToken: cancellationToken);
        await using var applied = options.GetValue(adapter) is { } path
            ? await pipeline.ApplyLoraAsync(path, options.GetValue(scale), cancellationToken)
            : null;

        var request = new AudioRequest([.. options.GetValue(prompts)!.Select(text => new Prompt(text))])
        {
            NegativePrompt = options.GetValue(negative)!,
            NumInferenceSteps = options.GetValue(steps),
            Duration = TimeSpan.FromSeconds(options.GetValue(duration)),
            GuidanceScale = options.GetValue(guidance),
            Eta = options.GetValue(eta),
            NumWaveformsPerPrompt = options.GetValue(count),
            Seed = options.GetValue(seed),
        };
        var clips = await pipeline.GenerateAsync(
            request, new StepDisplay(status), cancellationToken);

        var folder = options.GetValue(output)!;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < clips.Count; i++)
        {
            var prompt = request.Prompts[i / request.NumWaveformsPerPrompt];
            var file = Path.Combine(folder, $"{i:000}.wav");
            await clips[i].SaveWaveAsync(file, cancellationToken: cancellationToken);
            status.Print($"{file}  \"{prompt}\"");
        }

        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Stopped.");
        return 130;
    }
    catch (Exception exception) when (exception is CheckpointException or ArgumentException or NotSupportedException or IOException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
}

/// <summary>Shows the denoising step.</summary>
internal sealed class StepDisplay(StatusLine status) : IProgress<DenoisingProgress>
{
    public void Report(DenoisingProgress value) => status.Show(() => $"step {value.Step}/{value.TotalSteps}");
}
