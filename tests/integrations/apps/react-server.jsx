import { renderToString } from "react-dom/server";
import { App, Page } from "./react-app.jsx";

export const render = () => renderToString(<App />);
export const renderPage = (tag) => "<!doctype html>" + renderToString(<Page tag={tag} />);
