using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training;

public sealed class DdpoTrainerBuilderTests
{
    private static readonly string s_file = typeof(DdpoTrainerBuilderTests).Assembly.Location;

    private static readonly IRewardFunction s_other = RewardFunction.From("other", (_, _) => 0);

    public static TheoryData<string, Action<DdpoTrainerBuilder>> Mistakes => new()
    {
        { "NumInferenceSteps is 0", b => b.ConfigureSampling(o => o.NumInferenceSteps = 0) },
        { "Expected from 1 to 999 steps", b => b.ConfigureSampling(o => o.NumInferenceSteps = 1000) },
        { "Directory is '   '; expected a folder's name, not blanks", b => b.ConfigureCheckpoints(o => o.Directory = "   ") },
        { "Directory is '\t\n'; expected a folder's name, not blanks", b => b.ConfigureCheckpoints(o => o.Directory = "\t\n") },
        { "expected a folder's name without the character U+0000", b => b.ConfigureCheckpoints(o => o.Directory = "runs/\0") },
        { "expected names of at most 255 bytes", b => b.ConfigureCheckpoints(o => o.Directory = "runs/" + new string('\u7b1b', 86)) },
        { $"expected a folder, found the file '{s_file}'", b => b.ConfigureCheckpoints(o => o.Directory = s_file) },
        { $"expected a folder, found the file '{s_file}'", b => b.ConfigureCheckpoints(o => o.Directory = Path.Combine(s_file, "runs", "x")) },
        { "ResumeFrom is '   '; expected a folder's name", b => b.ConfigureCheckpoints(o => o.ResumeFrom = "   ") },
        { "NumInferenceSteps is 2000", b => b.ConfigureSampling(o => o.NumInferenceSteps = 2000) },
        { "Duration is -00:00:01", b => b.ConfigureSampling(o => o.Duration = TimeSpan.FromSeconds(-1)) },
        { "Eta is 0; expected more than 0 and at most 1: the policy's action", b => b.ConfigureSampling(o => o.Eta = 0) },
        { "Eta is NaN", b => b.ConfigureSampling(o => o.Eta = double.NaN) },
        { "GuidanceScale is -1", b => b.ConfigureSampling(o => o.GuidanceScale = -1) },
        { "GuidanceScale is 1E+39; expected at least 0 and at most 3.4", b => b.ConfigureSampling(o => o.GuidanceScale = 1e39) },
        { "LearningRate is 1E+39; expected more than 0 and at most 3.4", b => b.ConfigureTraining(o => o.LearningRate = 1e39) },
        { "The weight of reward 'loud' is 1E+39", b => b.AddReward(RewardFunction.From("loud", (_, _) => 0), 1e39) },
        { "BatchSize is 0", b => b.ConfigureSampling(o => o.BatchSize = 0) },
        { "NumBatchesPerEpoch is -2", b => b.ConfigureSampling(o => o.NumBatchesPerEpoch = -2) },
        { "NumEpochs is 0", b => b.ConfigureTraining(o => o.NumEpochs = 0) },
        { "BatchSize is -1", b => b.ConfigureTraining(o => o.BatchSize = -1) },
        { "must divide the sampling batch (4)", b => b.ConfigureTraining(o => o.BatchSize = 3) },
        { "does not divide the 8 samples", b => b.ConfigureTraining(o => o.GradientAccumulationSteps = 3) },
        { "GradientAccumulationSteps is 0", b => b.ConfigureTraining(o => o.GradientAccumulationSteps = 0) },
        { "TimestepsPerPass is 0", b => b.ConfigureTraining(o => o.TimestepsPerPass = 0) },
        { "TimestepsPerPass is 2, which does not divide the 3 denoising steps", b => b.ConfigureTraining(o => o.TimestepsPerPass = 2) },
        { "TimestepsPerPass is 3, which does not divide the 2 denoising steps", b => b.UseGrpo(o => (o.SamplesPerPrompt, o.SkipLastTimesteps) = (4, 1)).ConfigureTraining(o => o.TimestepsPerPass = 3) },
        { "TimestepsPerPass is 2, which does not divide DrawsPerSample, 9", b => b.UseNft(o => o.SamplesPerPrompt = 4).ConfigureTraining(o => o.TimestepsPerPass = 2) },
        { "NumInnerEpochs is 0", b => b.UseDdpo(o => o.NumInnerEpochs = 0) },
        { "TimestepFraction is 0", b => b.UseDdpo(o => o.TimestepFraction = 0) },
        { "TimestepFraction is 1.5", b => b.UseDdpo(o => o.TimestepFraction = 1.5) },
        { "less than one step", b => b.UseDdpo(o => o.TimestepFraction = 0.1) },
        { "SkipLastTimesteps is -1", b => b.UseDdpo(o => o.SkipLastTimesteps = -1) },
        { "SkipLastTimesteps is 1000; expected less than", b => b.UseDdpo(o => o.SkipLastTimesteps = 1000) },
        { "ClipRange is 0", b => b.UseDdpo(o => o.ClipRange = 0) },
        { "AdvantageClip is -5", b => b.UseDdpo(o => o.AdvantageClip = -5) },
        { "LearningRate is NaN", b => b.ConfigureTraining(o => o.LearningRate = double.NaN) },
        { "AdamBeta1 is 1", b => b.ConfigureTraining(o => o.AdamBeta1 = 1) },
        { "AdamBeta2 is -0.1", b => b.ConfigureTraining(o => o.AdamBeta2 = -0.1) },
        { "AdamWeightDecay is -1", b => b.ConfigureTraining(o => o.AdamWeightDecay = -1) },
        { "AdamEpsilon is 0", b => b.ConfigureTraining(o => o.AdamEpsilon = 0) },
        { "MaxGradNorm is 0", b => b.ConfigureTraining(o => o.MaxGradNorm = 0) },
        { "MinCount is 3, but BufferSize is 2", b => b.UseDdpo(o => o.PerPromptStatTracking = new() { BufferSize = 2, MinCount = 3 }) },
        { "BufferSize is 0", b => b.UseDdpo(o => o.PerPromptStatTracking = new() { BufferSize = 0 }) },
        { "Variant is 5; expected ImportanceSampling, ScoreFunction", b => b.UseDdpo(o => o.Variant = (DdpoVariant)5) },
        { "KlWeight is -1", b => b.UseDdpo(o => o.KlWeight = -1) },
        { "KlSpace is 5; expected NoisePrediction, Mean", b => b.UseDdpo(o => o.KlSpace = (KlSpace)5) },
        { "KlWeight is 0.1, but every weight of the model is trained", b => b.UseFullFineTuning().UseDdpo(o => o.KlWeight = 0.1) },
        { "KlWeight is 0.1, but every weight of the model is trained", b => b.UseFullFineTuning().UseGrpo(o => (o.SamplesPerPrompt, o.KlWeight) = (4, 0.1)) },
        { "SamplesPerPrompt is 16, which does not divide the 8 samples of an epoch (4 x 2)", b => b.UseGrpo() },
        { "SamplesPerPrompt is 1; expected at least 2", b => b.UseGrpo(o => o.SamplesPerPrompt = 1) },
        { "AdvantageScale is 5; expected Global, Group", b => b.UseGrpo(o => o.AdvantageScale = (AdvantageScale)5) },
        { "SkipLastTimesteps is 1000; expected less than", b => b.UseGrpo(o => o.SkipLastTimesteps = 1000) },
        { "NormalizeRatio is on, but the score function has no ratio", b => b.UseDdpo(o => (o.Variant, o.NormalizeRatio) = (DdpoVariant.ScoreFunction, true)) },
        { "Size is 0; expected at least 1", b => b.UseDdpo(o => o.SdeWindow = new() { Size = 0 }) },
        { "RangeStart is -1; expected at least 0", b => b.UseDdpo(o => o.SdeWindow = new() { RangeStart = -1 }) },
        { "RangeEnd is 0; expected at least 1", b => b.UseDdpo(o => o.SdeWindow = new() { RangeEnd = 0 }) },
        { "EpochsPerMove is 0; expected at least 1", b => b.UseDdpo(o => o.SdeWindow = new() { EpochsPerMove = 0 }) },
        { "Stride is 0; expected at least 1", b => b.UseDdpo(o => o.SdeWindow = new() { Stride = 0 }) },
        { "Placement is 5; expected Random, Moving", b => b.UseDdpo(o => o.SdeWindow = new() { Placement = (SdeWindowPlacement)5 }) },
        { "to before 4 (RangeEnd); expected an end of at most the 3 of NumInferenceSteps", b => b.UseDdpo(o => o.SdeWindow = new() { RangeEnd = 4 }) },
        { "Size is 2; expected at most the 1 steps of its range, which is from step 0 (RangeStart) to before 1 (RangeEnd: half of the steps)", b => b.UseDdpo(o => o.SdeWindow = new()) },
        { "Size is 2; expected at most the 0 steps of its range, which is from step 3", b => b.UseDdpo(o => o.SdeWindow = new() { RangeStart = 3, RangeEnd = 3 }) },
        { "SkipLastTimesteps is 1, so that only the first 2 of 3 steps", b => b.UseGrpo(o => (o.SamplesPerPrompt, o.SkipLastTimesteps, o.SdeWindow) = (4, 1, new() { RangeEnd = 3 })) },
        { "TimestepFraction 0.4 of 2 trained steps is less than one", b => b.UseDdpo(o => (o.TimestepFraction, o.SdeWindow) = (0.4, new() { RangeEnd = 3 })) },
        { "SaveEveryEpochs is 0", b => b.ConfigureCheckpoints(o => o.SaveEveryEpochs = 0) },
        { "Directory is empty", b => b.ConfigureCheckpoints(o => o.Directory = "") },
        { "Rank is 0", b => b.UseLora(o => o.Rank = 0) },
        { "2 rewards or metrics are named 'energy'", b => b.AddReward(TrainerFixture.Energy) },
        { "2 rewards or metrics are named 'energy'", b => b.AddMetric(TrainerFixture.Energy) },
        { "2 rewards or metrics are named 'other'", b => b.AddMetric(s_other).AddMetric(s_other) },
        { "weight of reward 'other' is 0: use AddMetric", b => b.AddReward(s_other, 0) },
        { "normalization of reward 'other' is 7", b => b.AddReward(s_other, 1, (RewardNormalization)7) },
        { "SaveSamplesEveryEpochs is -1", b => b.ConfigureCheckpoints(o => o.SaveSamplesEveryEpochs = -1) },
        { "SaveSamplesEveryEpochs is 2, but Directory is null", b => b.ConfigureCheckpoints(o => o.SaveSamplesEveryEpochs = 2) },
        { "KeepLast is 0", b => b.ConfigureCheckpoints(o => o.KeepLast = 0) },
        { "ResumeFrom is empty", b => b.ConfigureCheckpoints(o => o.ResumeFrom = "") },
        { "ResumeFrom is \"latest\", but Directory is null", b => b.ConfigureCheckpoints(o => o.ResumeFrom = "latest") },
        { "Overwrite would remove the run that ResumeFrom", b => b.ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom, o.Overwrite) = ("x", "y", true)) },
        { "Retries is -1", b => b.ConfigureRewardFailures(o => o.Retries = -1) },
        { "Action is 5", b => b.ConfigureRewardFailures(o => o.Action = (RewardFailureAction)5) },
        { "MaxDroppedFraction is 1.5", b => b.ConfigureRewardFailures(o => o.MaxDroppedFraction = 1.5) },
        { "MaxSkippedUpdates is 0", b => b.ConfigureTraining(o => o.MaxSkippedUpdates = 0) },
        { "EveryEpochs is -1", b => b.ConfigureValidation(o => o.EveryEpochs = -1) },
        { "NumClipsPerPrompt is 0", b => b.ConfigureValidation(o => o.NumClipsPerPrompt = 0) },
        { "A prompt of the validation clips is null", b => b.ConfigureValidation(o => o.Prompts = ["piano", null!]) },
        { "weight of reward 'other' is NaN", b => b.AddReward(s_other, double.NaN) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_wrong_setting_is_named_with_its_value(string expected, Action<DdpoTrainerBuilder> mistake)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline);
        mistake(builder);
        var error = Assert.Throws<OptionsValidationException>(builder.Build);
        Assert.Contains(error.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_missing_is_said_at_once()
    {
        var error = Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder().Build);
        Assert.Equal(3, error.Failures.Count());
        Assert.Contains(error.Failures, failure => failure.Contains("UsePipeline", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("UsePrompts", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("AddReward", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Full_fine_tuning_in_half_precision_is_refused()
    {
        await using var pipeline = await TinyPipeline.LoadAsync(new() { Precision = Precision.BFloat16 });
        var error = Assert.Throws<OptionsValidationException>(TrainerFixture.Builder(pipeline).UseFullFineTuning().Build);
        Assert.Contains("BFloat16", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_builder_builds_once_and_what_was_built_does_not_change_with_it()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        TrainingOptions? kept = null;
        var builder = TrainerFixture.Builder(pipeline).ConfigureTraining(o => kept = o);
        await using var trainer = builder.Build();
        kept!.NumEpochs = 0;
        Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Throws<InvalidOperationException>(() => builder.WithSeed(1));
        Assert.Equal(2, (await trainer.TrainAsync().ToListAsync()).Count);
    }
}
