using System.Diagnostics;

namespace Ddpo.Audio.Samples;

/// <summary>Measures a model on prompts that it is not trained on, always with the same noise.</summary>
/// <param name="pipeline">The model.</param>
/// <param name="rewards">What to measure, and the weights in the sum.</param>
/// <param name="request">The prompts, and how to generate; its seed is the first clip's, and the others count up from there.</param>
/// <param name="clipsPerPrompt">Clips of each prompt.</param>
/// <param name="batchSize">Clips made at once; changes nothing but the speed.</param>
/// <param name="status">Where progress is shown.</param>
internal sealed class HeldOut(
    AudioLdm2Pipeline pipeline,
    IReadOnlyList<(IRewardFunction Reward, double Weight)> rewards,
    AudioRequest request,
    int clipsPerPrompt,
    int batchSize,
    StatusLine status)
{
    private readonly Prompt[] _copies = [.. request.Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, clipsPerPrompt))];

    /// <summary>Generates and scores the clips, and writes the first of each prompt to <paramref name="folder"/>, with their scores.</summary>
    public async Task<HeldOutScores> MeasureAsync(string? folder, CancellationToken cancellationToken)
    {
        var scores = new HeldOutScores();
        var kept = new List<SampleEntry>();
        var clock = Stopwatch.StartNew();
        for (var first = 0; first < _copies.Length; first += batchSize)
        {
            var (start, batch) = (first, _copies[first..Math.Min(first + batchSize, _copies.Length)]);
            var progress = new StepProgress(step => status.Show(() =>
            {
                var done = start + ((double)batch.Length * step.Step / step.TotalSteps);
                return $"measuring  {start + batch.Length} of {_copies.Length} clips  {ProgressBar.Draw(done / _copies.Length, clock.Elapsed)}";
            }));
            var clips = await pipeline.GenerateAsync(
                request with { Prompts = batch, Seed = request.Seed + (ulong)first }, progress, cancellationToken);
            foreach (var (reward, weight) in rewards)
            {
                await ScoreAsync(scores, reward, weight, clips, batch, cancellationToken);
            }

            for (var i = 0; folder is not null && i < batch.Length; i++)
            {
                if ((first + i) % clipsPerPrompt == 0)
                {
                    kept.Add(await SaveAsync(folder, kept.Count, clips[i], batch[i], scores.Of(first + i), cancellationToken));
                }
            }
        }

        if (folder is not null)
        {
            SampleManifest.Write(Path.Combine(folder, SampleManifest.FileName), kept);
        }

        return scores;
    }

    private static async Task ScoreAsync(
        HeldOutScores scores,
        IRewardFunction reward,
        double weight,
        IReadOnlyList<AudioClip> clips,
        Prompt[] prompts,
        CancellationToken cancellationToken)
    {
        if (reward is IClassifierReward classifier)
        {
            var decisions = await classifier.ClassifyAsync(clips, prompts, cancellationToken);
            scores.Add(reward.Name, weight, [.. decisions.Select(decision => decision.Score)]);
            scores.AddHits(reward.Name, decisions.Select(decision => decision.Predicted == decision.Target));
        }
        else
        {
            scores.Add(reward.Name, weight, await reward.ScoreAsync(clips, prompts, cancellationToken));
        }
    }

    private static async Task<SampleEntry> SaveAsync(
        string folder, int number, AudioClip clip, Prompt prompt, Dictionary<string, double> rewards, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var file = $"{number:0000}.wav";
        await clip.SaveWaveAsync(Path.Combine(folder, file), WaveEncoding.Float32, cancellationToken);
        return new SampleEntry(file, prompt) { Rewards = rewards };
    }
}
