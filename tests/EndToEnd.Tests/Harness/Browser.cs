using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>A real browser. Whatever it complains of, a refused script or style or a request that failed, fails the test at its end.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    public static async Task<Browser> StartAsync()
    {
        var program = Places.FirstOrDefault(File.Exists);
        if (program is null && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail("There is no Chromium, which this test needs where CI=true: apt-get install -y --no-install-recommends chromium");
        Assert.SkipWhen(program is null, "There is no Chromium here; on Debian: apt-get install chromium");
        // The limit is only for a test that fails; a busy machine takes its time.
        Assertions.SetDefaultExpectTimeout(30_000);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Headless = true,
            ChromiumSandbox = false,
            Args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new Browser(playwright, browser);
    }

    /// <summary>A window of a visitor of its own, with cookies of its own.</summary>
    public async Task<IPage> OpenAsync(string url, int width = 1280, int height = 800, bool isDark = false, bool hasScript = true)
    {
        var visitor = await _browser.NewContextAsync(new()
        {
            BaseURL = url,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
            TimezoneId = "UTC",
        });
        visitor.Console += (_, message) =>
        {
            // A form that is refused is answered 400 on purpose.
            if (message.Type is "error" or "warning" && !message.Text.Contains("status of 400", StringComparison.Ordinal))
                _complaints.Enqueue($"{message.Location} {message.Text}");
        };
        visitor.WebError += (_, error) => _complaints.Enqueue(error.Error);
        return await visitor.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        _complaints.ShouldBeEmpty();
    }
}
