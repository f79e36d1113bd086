export const metadata = { title: "Laboratory" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        {/* A plain script, not `next/script`: the loader must run where it stands, before what it holds back. */}
        <script src="https://HOST/t/SITE.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}
