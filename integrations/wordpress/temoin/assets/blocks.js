/** The two blocks, in the editor: what visitors get is rendered on the server (includes/blocks.php). */
(function (blocks, editor, components, element, Rendered, words) {
  "use strict";
  var make = element.createElement;

  /** A block that the server renders; it has nothing to save but its attributes. */
  function register(name, title, description, icon, controls) {
    blocks.registerBlockType(name, {
      apiVersion: 3,
      title: title,
      description: description,
      icon: icon,
      category: "widgets",
      attributes: name === "temoin/reopen" ? { label: { type: "string", default: "" } } : {},
      edit: function (props) {
        return make(
          "div",
          editor.useBlockProps(),
          controls ? controls(props) : null,
          make(Rendered, { block: name, attributes: props.attributes }),
        );
      },
      save: function () {
        return null;
      },
    });
  }

  register("temoin/reopen", words.reopen, words.reopenHelp, "privacy", function (props) {
    var field = make(components.TextControl, {
      label: words.label,
      value: props.attributes.label,
      onChange: function (label) {
        props.setAttributes({ label: label });
      },
    });
    return make(editor.InspectorControls, null, make(components.PanelBody, { title: words.reopen }, field));
  });
  register("temoin/declaration", words.declaration, words.declHelp, "list-view", null);
})(window.wp.blocks, window.wp.blockEditor, window.wp.components, window.wp.element, window.wp.serverSideRender, window.temoinWords);
