namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>What is drawn on the page, and how texts of any kind lie on it.</summary>
public sealed class PictureTests
{
    private static readonly string s_long = string.Concat(Enumerable.Repeat("a happy piano that goes on and on, ", 12)).TrimEnd(' ', ',');

    [BrowserFact]
    public async Task A_curve_has_its_first_and_last_epoch_lies_on_its_grid_and_says_nothing_that_is_0_by_definition()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var browser = new Browser();
        browser.Open(studio.Address);
        await browser.UntilAsync("the page is there", () => browser.Text("#run-status") == "No run yet.");
        Assert.Equal(0, browser.Count("#curve .grid, #curve .epoch-tick, #curve .value-tick"));
        Assert.Equal("The reward of each epoch appears here.", browser.Text("#curve .empty"));

        // An update an epoch.
        await using var events = await EventReader.OpenAsync(studio);
        var (status, state) = await studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 3));
        Assert.True(status == 202, state.ToString());
        await events.UntilRunAsync(state, run => run.GetProperty("status").GetString() == "finished");
        await browser.UntilAsync("the curve has three points", () => browser.Count("#curve .point") == 3);
        Assert.Equal(["1", "2", "3"], Texts(browser, "#curve .epoch-tick"));
        Assert.Equal(0, browser.Count("#curve .empty"));
        var caption = browser.Text("#curve figcaption");
        Assert.DoesNotContain("KL", caption, StringComparison.Ordinal);
        Assert.DoesNotContain("clipped", caption, StringComparison.Ordinal);

        // No point lies beyond the outermost lines, and none under a line.
        Assert.True(browser.Run<bool>("""
            const of = (selector, name) => [...document.querySelectorAll('#curve ' + selector)].map((one) => Number(one.getAttribute(name)));
            const [lines, points] = [of('.grid', 'y1'), of('.point', 'cy')];
            const coordinates = [...document.querySelectorAll('#curve polyline, #curve polygon')].flatMap((line) => line.getAttribute('points').split(' ').map((pair) => Number(pair.split(',')[1])));
            return lines.length > 1 && [...points, ...coordinates].every((y) => y >= Math.min(...lines) - 0.1 && y <= Math.max(...lines) + 0.1);
            """));
        Assert.True(browser.Run<bool>("""
            const drawn = [...document.querySelector('#curve svg').children];
            const last = (name) => drawn.map((one) => one.classList.contains(name)).lastIndexOf(true);
            return last('grid') < drawn.findIndex((one) => one.tagName === 'polyline') && last('grid') < last('mean');
            """));

        // Of two updates the second one is made elsewhere.
        (status, state) = await studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1, batches: 2));
        Assert.True(status == 202, state.ToString());
        var point = await events.UntilAsync("epoch", epoch => epoch.GetProperty("kl").ValueKind == System.Text.Json.JsonValueKind.Number);
        Assert.True(point.GetProperty("kl").GetDouble() > 0);
        await browser.UntilAsync("it is said", () => browser.Text("#curve figcaption").Contains("KL", StringComparison.Ordinal));
        Assert.Equal(["1"], Texts(browser, "#curve .epoch-tick"));

        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task A_clip_shows_its_waveform_beside_its_player_and_prompts_of_any_length_and_script()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var browser = new Browser();
        var (folder, adapter) = ("ריצה", "ריצה/checkpoints/epoch-0001");
        foreach (var prompt in new[] { "שיר שמח (2024) happy!", s_long })
        {
            Assert.Equal(201, (await studio.PostAsync("/api/clips", Bodies.SmallClip(prompt))).Status);
        }

        Directory.CreateDirectory(Path.Combine(studio.Runs, adapter));
        await File.WriteAllTextAsync(Path.Combine(studio.Runs, adapter, "pytorch_lora_weights.safetensors"), "listed, and not read");
        browser.Open(studio.Address);
        await browser.UntilAsync("both clips are there", () => browser.Count(".clip") == 2);
        const string First = ".clip:first-child ", Second = ".clip:last-child ";

        // Long prompts are folded, and unfold.
        Assert.Equal(s_long, browser.Run<string>($"return document.querySelector('{First}.clip-prompt').textContent"));
        Assert.True(Lines(browser, First + ".clip-prompt") is > 1 and < 3, $"{Lines(browser, First + ".clip-prompt")} lines");
        Assert.Equal("More", browser.Text(First + ".fold"));
        browser.Click(First + ".fold");
        Assert.True(Lines(browser, First + ".clip-prompt") > 3);
        Assert.Equal("Less", browser.Text(First + ".fold"));
        Assert.Equal(0, browser.Count(Second + ".fold:not([hidden])"));

        // What is written from right to left turns around nothing beside it.
        Assert.Equal("BDI rtl", browser.Run<string>($"const prompt = document.querySelector('{Second}.clip-prompt'); return prompt.tagName + ' ' + getComputedStyle(prompt).direction"));
        Assert.Equal("\u2068" + folder + "\u2069: \u2068epoch-0001\u2069", browser.Run<string>("return document.querySelector('#generate optgroup option').textContent"));

        // A bar for each part, beside the player.
        Assert.Equal(48, browser.Count(First + ".wave i"));
        Assert.True(browser.Run<bool>($"return new Set([...document.querySelectorAll('{First}.wave i')].map((bar) => bar.style.height)).size > 5"));
        Assert.True(browser.Run<bool>($$"""
            const [wave, audio] = ['.wave', 'audio'].map((name) => document.querySelector('{{First}}' + name).getBoundingClientRect());
            return wave.width > 80 && audio.width > 150 && wave.right <= audio.left && Math.abs(wave.top - audio.top) < 10;
            """));
        browser.Run<object?>($"document.querySelector('{First}audio').muted = true");
        await browser.UntilAsync("the clip's length is known", () => browser.Run<bool>($"return document.querySelector('{First}audio').duration > 0.3"));
        browser.Click(First + ".wave"); // in the middle
        await browser.UntilAsync("what was played stands out", () => browser.Count(First + ".wave i.played") >= 24);

        Assert.Empty(browser.Complaints);
    }

    private static IEnumerable<string> Texts(Browser browser, string selector) =>
        browser.Run<IReadOnlyCollection<object>>($"return [...document.querySelectorAll('{selector}')].map((one) => one.textContent)").Cast<string>();

    private static double Lines(Browser browser, string selector) => Convert.ToDouble(browser.Run<object>(
        $"const text = document.querySelector('{selector}'); return text.getBoundingClientRect().height / (parseFloat(getComputedStyle(text).fontSize) * 1.2)"),
        System.Globalization.CultureInfo.InvariantCulture);
}
