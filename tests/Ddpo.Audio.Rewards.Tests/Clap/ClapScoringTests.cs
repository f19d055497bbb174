using Ddpo.Audio.Rewards.Clap;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>CLAP's score as the contrast of the prompt to other texts.</summary>
public sealed class ClapScoringTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public async Task Beside_alternatives_a_score_is_the_logarithm_of_the_prompts_share(double temperature)
    {
        await using var reward = await ClapFixture.LoadAsync(o => (o.Alternatives, o.AlternativesTemperature) = (["two", "one", "three", "two"], temperature));
        await using var plain = await ClapFixture.LoadAsync();
        AudioClip[] clips = [GradientClips.Clip(0, seconds: 0.3), GradientClips.Clip(0, seconds: 0.3)];
        var found = await reward.ScoreAsync(clips, ["one", "four"]);

        // The prompt counts once, whether or not it is an alternative, too.
        string[][] all = [["one", "two", "three"], ["four", "one", "two", "three"]];
        for (var i = 0; i < 2; i++)
        {
            var cosines = await plain.ScoreAsync([.. all[i].Select(_ => clips[i])], [.. all[i].Select(text => new Prompt(text))]);
            var share = Math.Exp(cosines[0] / temperature) / cosines.Sum(cosine => Math.Exp(cosine / temperature));
            Assert.Equal(temperature * Math.Log(share), found[i], 1e-5);
        }

        Assert.Equal(("contrast_score", "sim_score"), (reward.ScoreColumn, plain.ScoreColumn));
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.1)]
    public void A_contrast_and_its_gradient_are_right_far_ahead_and_far_behind(double temperature)
    {
        float[] near = [1, 0], far = [0, 1];
        var scoring = new ClapScoring([near, far], temperature);
        using var audio = tensor(near).requires_grad_(true);
        using var ahead = scoring.Of(audio, near);
        using var behind = scoring.Of(audio, far);
        Assert.Equal(-temperature * Math.Log(1 + Math.Exp(-1 / temperature)), scoring.Of(near, near), 1e-7);
        Assert.Equal(-1 - (temperature * Math.Log(1 + Math.Exp(-1 / temperature))), scoring.Of(near, far), 1e-5);
        Assert.Equal(scoring.Of(near, near), ahead.item<float>(), 1e-6);
        Assert.Equal(scoring.Of(near, far), behind.item<float>(), 1e-5);

        // Of a prompt that is as good as alone nothing is left, not even rounding; one that is behind gains all of the distance.
        var share = (float)(1 / (1 + Math.Exp(1 / temperature)));
        ahead.backward();
        Assert.Equal([share, -share], audio.grad!.data<float>().ToArray(), (one, other) => Math.Abs(one - other) <= 1e-4f * share);
        audio.grad = null;
        behind.backward();
        Assert.Equal([share - 1, 1 - share], audio.grad!.data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-5);
        using var alone = new ClapScoring([near], temperature).Of(audio, near);
        Assert.Equal(0, alone.item<float>());
    }
}
