//! A bar for each period, from nothing to all. One series and one ink: it reads without colour.

use crate::browser::dates;
use leptos::prelude::*;

/// The height of the plot and the width of the whole, in units of the drawing.
const HEIGHT: u32 = 100;
const WIDTH: u32 = 360;
/// The room for the scale on the left.
const LEFT: u32 = 56;

/// The chart; each bar has its period and its percents, or none where there is nothing to count.
pub fn chart(description: String, bars: &[(String, Option<u8>)]) -> AnyView {
    let count = u32::try_from(bars.len()).unwrap_or(u32::MAX).max(1);
    let step = f64::from(WIDTH - LEFT) / f64::from(count);
    let width = (step * 0.72).min(48.0);
    let scale = [(0_u8, HEIGHT), (50, HEIGHT / 2), (100, 0)].map(|(percents, y)| {
        let y = y + 10;
        view! {
            <line class="scale" x1=LEFT x2=WIDTH y1=y y2=y />
            <text class="scale-text" x=LEFT - 6 y=y + 4>
                {dates::percent(percents)}
            </text>
        }
    });
    let drawn = (0_u32..).zip(bars).map(|(at, (period, share))| {
        let middle = f64::from(LEFT) + step * (f64::from(at) + 0.5);
        let height = f64::from(share.unwrap_or_default());
        let said = share.map_or_else(|| "–".to_owned(), dates::percent);
        view! {
            <rect
                class="bar-of-chart"
                x=middle - width / 2.0
                y=f64::from(HEIGHT) - height + 10.0
                width=width
                height=height
            >
                <title>{format!("{period}: {said}")}</title>
            </rect>
        }
    });
    let ends = [bars.first(), bars.last().filter(|_| bars.len() > 1)];
    let labels = ends.into_iter().enumerate().filter_map(|(at, end)| {
        let (period, _) = end?;
        let (x, anchor) = match at {
            0 if bars.len() == 1 => (u32::midpoint(LEFT, WIDTH), "middle"),
            0 => (LEFT, "start"),
            _ => (WIDTH, "end"),
        };
        Some(view! {
            <text class="scale-text" x=x y=HEIGHT + 30 text-anchor=anchor>
                {period.clone()}
            </text>
        })
    });
    view! {
        <svg class="chart" viewBox=format!("0 0 {WIDTH} {}", HEIGHT + 36) role="img" aria-label=description>
            {scale.into_iter().collect::<Vec<_>>()}
            {drawn.collect::<Vec<_>>()}
            {labels.collect::<Vec<_>>()}
        </svg>
    }
    .into_any()
}
