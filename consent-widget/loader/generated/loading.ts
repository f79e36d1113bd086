// Generated from the table in `crates/edge-gate/src/loads.rs`: do not edit. To renew it, run
//     TEMOIN_BLESS=1 cargo test -p edge-gate --lib typescript

/** The relations of a link that a browser follows by itself, if only to look up a name. */
export const FOLLOWED =
  "stylesheet preload modulepreload prefetch prerender preconnect dns-prefetch icon apple-touch-icon apple-touch-icon-precomposed apple-touch-startup-image mask-icon manifest compression-dictionary search";

/** Each attribute that loads something, with the elements that have it; `link` selects the links that are followed. */
export const attributes = (link: string) => ({
  src: "script,iframe,frame,embed,img,source,audio,video,track,input[type=image]",
  srcdoc: "iframe",
  data: "object",
  srcset: "img,source",
  poster: "video",
  href: "image,feImage,use,script:not([src])," + link,
  imagesrcset: link,
  background: "body,table,tbody,td,tfoot,th,thead,tr",
  ping: "a,area",
});

/** The elements that may load something, by their name or by that of the attribute. */
export const ELEMENTS = "script,iframe,frame,embed,object,img,source,audio,video,track,input,link,[background],[ping],image,feImage,use";

/** The attributes that only the edge holds. */
export const ONLY_AT_EDGE = ["attributionsrc", "style"];
