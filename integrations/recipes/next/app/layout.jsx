export const metadata = { title: "Laboratory" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        {/* A plain script, not `next/script`, which comes later: the loader must run before what it holds back. */}
        <script src="https://HOST/t/SITE.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}
