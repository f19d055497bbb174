namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>The page, in a browser.</summary>
[Collection(nameof(StudioTests))]
public sealed class PageTests(StudioFixture fixture)
{
    private readonly StudioProcess _studio = fixture.Studio;

    [BrowserFact]
    public async Task A_visitor_generates_listens_trains_watches_stops_and_hears_what_was_learned()
    {
        using var browser = new Browser();
        await browser.OpenAsync(_studio.Address);
        await browser.UntilAsync("the model is ready", () => browser.Text("#model") == "audioldm2-musicbox on cpu");

        // A prompt is typed, and audio appears and plays.
        browser.Type("#generate [name=prompt]", "Angry flute music.");
        browser.Type("#generate [name=seed]", "3");
        var clips = browser.Count(".clip");
        browser.Click("#generate [type=submit]");
        await browser.UntilAsync("a clip appears", () => browser.Count(".clip") == clips + 1);
        Assert.Equal("Angry flute music.", browser.Text(".clip:first-child .clip-prompt"));
        Assert.Contains("no adapter · seed 3 · 5 steps", browser.Text(".clip:first-child .clip-facts"), StringComparison.Ordinal);
        Assert.Contains("CLAP", browser.Text(".clip:first-child .clip-facts"), StringComparison.Ordinal);
        await PlayAsync(browser);

        // What is wrong is said, all of it, and marked.
        browser.Type("#generate [name=steps]", "100000");
        browser.Type("#generate [name=prompt]", " ");
        browser.Click("#generate [type=submit]");
        await browser.UntilAsync("an error is shown", () => browser.Count("#generate .problem:not([hidden]) li") == 2);
        Assert.Contains("The prompt is empty", browser.Text("#generate .problem"), StringComparison.Ordinal);
        Assert.Contains("expected 1 to 200", browser.Text("#generate .problem"), StringComparison.Ordinal);
        Assert.Equal(2, browser.Count("#generate [aria-invalid=true]"));

        // Each algorithm has the rate that it learns with.
        Choose(browser, "awm", "0.001");
        Choose(browser, "draft", "0.003");

        // Settings that the library refuses are shown as it words them.
        browser.Type("#train [name=learningRate]", "0");
        browser.Click("#train [type=submit]");
        await browser.UntilAsync("an error is shown", () => browser.Count("#train .problem:not([hidden]) li") == 1);
        Assert.Contains("LearningRate is 0; expected more than 0", browser.Text("#train .problem"), StringComparison.Ordinal);

        // Training starts, its steps are counted, and the curve moves.
        Fill(browser, ("learningRate", "0.001"), ("epochs", "500"), ("batchSize", "2"), ("seconds", "0.32"), ("saveEvery", "1"));
        browser.Click("#train [type=submit]");
        await browser.UntilAsync("steps are counted", () => browser.Text("#run-step").Contains("step ", StringComparison.Ordinal));
        Assert.Equal(0, browser.Count("#train .problem:not([hidden])"));
        await browser.UntilAsync("the curve has two points", () => browser.Points() >= 2);
        var line = browser.Run<string>("return JSON.stringify(document.querySelector('#curve .plot').chart.data.l)");
        await browser.UntilAsync("the curve goes on", () => browser.Points() >= 4);
        Assert.NotEqual(line, browser.Run<string>("return JSON.stringify(document.querySelector('#curve .plot').chart.data.l)"));

        // It stops, and goes on.
        browser.Click("#stop");
        await browser.UntilAsync("it can go on", () => browser.Count("#resume:not([hidden])") == 1);
        var done = browser.Points();
        browser.Click("#resume");
        await browser.UntilAsync("the curve goes on", () => browser.Points() > done);

        // It stops again, and what it learned can be chosen and heard.
        browser.Click("#stop");
        await browser.UntilAsync("it stops", () => browser.Text("#run-status").Contains("What it learned can be chosen", StringComparison.Ordinal));
        var run = browser.Text("#run-status").Split(' ')[0];
        var adapter = $"#generate option[value^='{run}/checkpoints/epoch-']";
        await browser.UntilAsync("its adapter appears", () => browser.Count(adapter) > 0);
        browser.Click(adapter.Replace("option", "[name=against] option", StringComparison.Ordinal));
        Fill(browser, "#generate", ("steps", "5"), ("prompt", "Angry flute music."), ("seed", "4"));
        browser.Click("#generate [type=submit]");
        await browser.UntilAsync("two clips appear", () => browser.Count(".clip") == clips + 3);
        Assert.Contains("no adapter · seed 4", browser.Text(".clip.beside:first-child .clip-facts"), StringComparison.Ordinal);
        Assert.Contains(run + "/checkpoints/epoch-", browser.Text(".clip.beside:nth-child(2) .clip-facts"), StringComparison.Ordinal);
        Assert.Contains(" · seed 4", browser.Text(".clip.beside:nth-child(2) .clip-facts"), StringComparison.Ordinal);

        // They lie side by side, on one line, each with a player and a picture of its own.
        Assert.True(browser.Run<bool>("return [...document.querySelectorAll('.clip.beside :is(.wave, audio, .spectrogram)')].every((part) => part.clientHeight > 25 && part.getBoundingClientRect().right <= part.closest('.clip').getBoundingClientRect().right + 1)"));
        Assert.True(browser.Run<bool>("const [a, b] = [...document.querySelectorAll('.clip')].map((clip) => clip.getBoundingClientRect()); return a.right <= b.left && a.top === b.top;"));
        const string Ink = "return [...document.querySelectorAll('.spectrogram')].slice(0, 2).map((canvas) => canvas.width === 240 ? canvas.toDataURL() : '')";
        await browser.UntilAsync("spectrograms are drawn", () => browser.Run<System.Collections.ObjectModel.ReadOnlyCollection<object>>(Ink).Cast<string>().All(picture => picture.Length > 0));
        var pictures = browser.Run<System.Collections.ObjectModel.ReadOnlyCollection<object>>(Ink).Cast<string>().ToArray();
        Assert.NotEqual(pictures[0], pictures[1]);
        Assert.True(pictures[0].Length > 4000, pictures[0]);
        await PlayAsync(browser);
        Assert.Equal(0, browser.Count("#generate .problem:not([hidden])"));

        // Who comes later sees the same.
        var (status, points) = (browser.Text("#run-status"), browser.Points());
        await browser.OpenAsync(_studio.Address);
        await browser.UntilAsync("the curve is there", () => browser.Points() == points);
        Assert.Equal(status, browser.Text("#run-status"));
        Assert.Equal(clips + 3, browser.Count(".clip"));
        Assert.Equal(2, browser.Count(".clip:nth-child(-n+2).beside"));
        Assert.Empty(browser.Complaints);
    }

    private static async Task PlayAsync(Browser browser)
    {
        const string Audio = "const audio = document.querySelector('.clip:first-child audio');";
        await browser.UntilAsync("the clip's length is known", () => browser.Run<bool>(Audio + "return audio.duration > 1"));
        browser.Run<object?>(Audio + "audio.muted = true; audio.play()");
        await browser.UntilAsync("the clip plays", () => browser.Run<bool>(Audio + "return audio.currentTime > 0.2"));
    }

    private static void Choose(Browser browser, string algorithm, string learningRate)
    {
        browser.Click($"#train [name=algorithm] option[value={algorithm}]");
        Assert.Equal(learningRate, browser.Run<string>("return document.querySelector('#train [name=learningRate]').value"));
    }

    private static void Fill(Browser browser, params (string Name, string Value)[] fields) => Fill(browser, "#train", fields);

    private static void Fill(Browser browser, string form, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            if (browser.Run<bool>($"return !!document.querySelector('{form} details:not([open]) [name={name}]')"))
            {
                browser.Click(form + " summary");
            }

            browser.Type($"{form} [name={name}]", value);
        }
    }
}
